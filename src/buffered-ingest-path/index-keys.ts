import type { JsonSchema } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { IItemStore, KeyTemplate } from '../core';
import { invalid, invalidText } from '../core/private/base/invalid';
import { knownTable } from '../core/private/base/known-table';
import { type IngestKeys, STAMPED_ATTRIBUTES } from './ingest-keys';
import { whenMade } from './key-bytes';

/** What decides which attributes an item gets beside its body and stamps. */
export interface KeyProps {
  readonly destination: IItemStore;
  readonly keys: IngestKeys;
  readonly schema: JsonSchema;
}

/** The key of an index, in each item or in those whose body has its parts. */
export interface IndexKey {
  readonly name: string;
  readonly template: KeyTemplate;
  readonly isOptional: boolean;
}

/**
 * The partition keys of indexes that the writer makes without being asked. Rejects one that no body of the schema makes: the index would stay empty
 * in silence, for a slip of the pen as for a field that was forgotten.
 */
export function indexKeysOf(scope: IConstruct, { destination, keys, schema }: KeyProps): IndexKey[] {
  const indexKeys = Object.entries(destination.indexKeys ?? {});
  const known = [...indexKeys.map(([name]) => name), ...(destination.indexSortKeys ?? [])];
  for (const name of keys.filledByOthers) {
    if (!known.includes(name))
      invalid(scope, 'keys.filledByOthers', name, `a key of the table's indexes: ${known.join(', ') || 'it has none'}`);
  }
  return indexKeys
    .filter(([name]) => !Object.hasOwn(keys.attributes, name) && !keys.filledByOthers.includes(name))
    .map(([name, template]) => {
      const made = whenMade(template, schema);
      if (typeof made === 'string') return { name, template, isOptional: made === 'sometimes' };
      return invalid(
        scope,
        `destination.indexKeys.${name}`,
        template,
        `a template of values that a body can have: ${made.never} is not in the schema, and no item would be in the index. If others fill it: IngestKeys.of({ …, filledByOthers: ['${name}'] })`,
      );
    });
}

/** Compares what the writer makes with the keys of the table and its indexes, where this app makes the table: when it is synthesized. */
export function checkIndexes(scope: IConstruct, { destination, keys }: KeyProps, made: readonly string[]): void {
  scope.node.addValidation({
    validate: () => {
      const table = knownTable(destination.table);
      if (table === undefined) return [];
      const { path } = destination.table.node;
      const expiry = destination.timeToLive === undefined ? [] : [destination.timeToLiveAttribute];
      const attributes = [...made, ...STAMPED_ATTRIBUTES, ...expiry];
      const missing = table.indexes
        .filter(({ partition }) => partition.length > 0 && partition.every((name) => attributes.includes(name)))
        .flatMap(({ sort }) => sort)
        // An index that the store does not know has no expected key.
        .filter((name) => destination.indexSortKeys?.includes(name) && !attributes.includes(name) && !keys.filledByOthers.includes(name))
        .map((name) =>
          invalidText(
            scope,
            `keys.attributes.${name}`,
            undefined,
            `a template that makes the sort key ${name} of an index of ${path}: without it no item would be in the index. If others fill it: filledByOthers: ['${name}']`,
          ),
        );
      const mistyped = [...table.types]
        .filter(([name, type]) => attributes.includes(name) && (name === 'body' || type !== (expiry.includes(name) ? 'N' : 'S')))
        .map(([name, type]) =>
          invalidText(
            scope,
            `type of the key attribute ${name} of ${path}`,
            type,
            name === 'body'
              ? 'that of another attribute: a body is a map, and DynamoDB would reject each item'
              : `${expiry.includes(name) ? 'N' : 'S'}, as the writer makes it: DynamoDB would reject each item`,
          ),
        );
      return [...new Set([...missing, ...mistyped])];
    },
  });
}
