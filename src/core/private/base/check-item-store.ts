import { Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { invalidText } from './invalid';
import { type KnownKey, knownTable } from './known-table';

/** What the options of an item store declare about a table. */
export interface DeclaredKeys {
  readonly partitionKeyName: string;
  readonly sortKeyName?: string;
  readonly timeToLiveAttribute?: string;
  readonly indexKeys?: Readonly<Record<string, unknown>>;
  readonly indexSortKeys?: readonly string[];
}

/** Compares the declared keys with the table if this app creates it. Runs at synthesis, because indexes can be added until then. */
export function checkItemStore(table: ITable, declared: DeclaredKeys): void {
  table.node.addValidation({ validate: () => contradictions(table, declared) });
}

function contradictions(table: ITable, declared: DeclaredKeys): string[] {
  const known = knownTable(table);
  if (known === undefined) return [];
  const found: string[] = [];
  const compare = (property: string, value: string | undefined, names: readonly string[], what: string): void => {
    if (value !== undefined && Token.isUnresolved(value)) return;
    if (value === undefined ? names.length === 0 : names.includes(value)) return;
    const right =
      names.length === 0 ? `none: ${table.node.path} has no ${what}` : `${names.map((name) => `"${name}"`).join(' or ')}, as its ${what}`;
    found.push(invalidText(table, property, value, right));
  };
  compare('partitionKeyName', declared.partitionKeyName, known.key.partition, 'partition key');
  compare('sortKeyName', declared.sortKeyName, known.key.sort, 'sort key');
  if (declared.timeToLiveAttribute !== undefined) {
    compare('timeToLiveAttribute', declared.timeToLiveAttribute, known.timeToLive === undefined ? [] : [known.timeToLive], 'time to live');
  }
  const of = (part: keyof KnownKey) => [...new Set(known.indexes.flatMap((index) => index[part]))];
  for (const name of Object.keys(declared.indexKeys ?? {})) compare('indexKeys', name, of('partition'), 'partition keys of indexes');
  for (const name of declared.indexSortKeys ?? []) compare('indexSortKeys', name, of('sort'), 'sort keys of indexes');
  for (const name of [declared.partitionKeyName, declared.sortKeyName, ...Object.keys(declared.indexKeys ?? {})]) {
    const type = name === undefined ? undefined : known.types.get(name);
    if (type !== undefined && type !== 'S') {
      found.push(invalidText(table, `type of the attribute ${name}`, type, 'S: keys from templates are strings'));
    }
  }
  return found;
}
