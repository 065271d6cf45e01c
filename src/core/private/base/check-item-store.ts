import { Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { invalidText } from './invalid';
import { type KnownKey, knownTable } from './known-table';

/** What is said of a table that its template says too. */
export interface SaidOfTable {
  readonly partitionKeyName: string;
  readonly sortKeyName?: string;
  readonly timeToLiveAttribute?: string;
  readonly indexKeys?: Readonly<Record<string, unknown>>;
  readonly indexSortKeys?: readonly string[];
}

/** Compares what is said of a table with the table, where this app makes it: when it is synthesized, because indexes can be added until then. */
export function checkItemStore(table: ITable, said: SaidOfTable): void {
  table.node.addValidation({ validate: () => contradictions(table, said) });
}

function contradictions(table: ITable, said: SaidOfTable): string[] {
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
  compare('partitionKeyName', said.partitionKeyName, known.key.partition, 'partition key');
  compare('sortKeyName', said.sortKeyName, known.key.sort, 'sort key');
  if (said.timeToLiveAttribute !== undefined) {
    compare('timeToLiveAttribute', said.timeToLiveAttribute, known.timeToLive === undefined ? [] : [known.timeToLive], 'time to live');
  }
  const of = (part: keyof KnownKey) => [...new Set(known.indexes.flatMap((index) => index[part]))];
  for (const name of Object.keys(said.indexKeys ?? {})) compare('indexKeys', name, of('partition'), 'partition keys of indexes');
  for (const name of said.indexSortKeys ?? []) compare('indexSortKeys', name, of('sort'), 'sort keys of indexes');
  for (const name of [said.partitionKeyName, said.sortKeyName, ...Object.keys(said.indexKeys ?? {})]) {
    const type = name === undefined ? undefined : known.types.get(name);
    if (type !== undefined && type !== 'S') {
      found.push(invalidText(table, `type of the attribute ${name}`, type, 'S: keys that are made from templates are text'));
    }
  }
  return found;
}
