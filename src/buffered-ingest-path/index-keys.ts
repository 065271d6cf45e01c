import type { JsonSchema } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { IItemStore, KeyTemplate } from '../core';
import { invalid, invalidText } from '../core/private/base/invalid';
import { knownTable } from '../core/private/base/known-table';
import { type IngestKeys, STAMPED_ATTRIBUTES } from './ingest-keys';
import { keyPresence } from './key-bytes';

/** The props that decide which key attributes an item gets. */
export interface KeyProps {
  readonly destination: IItemStore;
  readonly keys: IngestKeys;
  readonly schema: JsonSchema;
}

/** The partition key of an index. */
export interface IndexKey {
  readonly name: string;
  readonly template: KeyTemplate;
  /** Whether only items whose body has all its values get the key. */
  readonly isOptional: boolean;
}

/**
 * Returns the partition keys of indexes that the writer sets by default. Rejects a key that no valid body has the values for, because a
 * misspelled or missing field would leave the index empty without an error.
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
      const presence = keyPresence(template, schema);
      if (typeof presence === 'string') return { name, template, isOptional: presence === 'sometimes' };
      return invalid(
        scope,
        `destination.indexKeys.${name}`,
        template,
        `a template of values that a body can have: ${presence.never} is not in the schema, so no item would be in the index. If other writers set the key: IngestKeys.of({ …, filledByOthers: ['${name}'] })`,
      );
    });
}

/** Compares the attributes that the writer sets with the keys of the table and its indexes at synthesis, if this app creates the table. */
export function checkIndexes(scope: IConstruct, { destination, keys }: KeyProps, written: readonly string[]): void {
  scope.node.addValidation({
    validate: () => {
      const table = knownTable(destination.table);
      if (table === undefined) return [];
      const { path } = destination.table.node;
      const expiry = destination.timeToLive === undefined ? [] : [destination.timeToLiveAttribute];
      const attributes = [...written, ...STAMPED_ATTRIBUTES, ...expiry];
      const missing = table.indexes
        .filter(({ partition }) => partition.length > 0 && partition.every((name) => attributes.includes(name)))
        .flatMap(({ sort }) => sort)
        // Indexes that the item store does not declare are not checked.
        .filter((name) => destination.indexSortKeys?.includes(name) && !attributes.includes(name) && !keys.filledByOthers.includes(name))
        .map((name) =>
          invalidText(
            scope,
            `keys.attributes.${name}`,
            undefined,
            `a template for ${name}, the sort key of an index of ${path}: without it, no item would be in the index. If other writers set it: filledByOthers: ['${name}']`,
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
              ? 'another attribute as the key: a body is a map, so DynamoDB would reject every item'
              : `${expiry.includes(name) ? 'N' : 'S'}, which the writer writes: DynamoDB would reject every item`,
          ),
        );
      return [...new Set([...missing, ...mistyped])];
    },
  });
}
