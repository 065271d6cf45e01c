import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item, SyncTable } from '../../src/resilient-gov-sync/lambda/sync-table';

/** A table of a sync in memory, with the conditions of `change`. Each call yields first, so that callers interleave as on the network. */
export interface TableInMemory extends SyncTable {
  readonly items: Map<string, Item>;
  /** What happens before the next changes, one before each: what others do in between. */
  readonly overtaken: (() => Promise<unknown>)[];
  api?: Readonly<Record<string, AttributeValue>>;
}

export function tableInMemory(): TableInMemory {
  const items = new Map<string, Item>();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const nameOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => `${pk} ${sk}`;
  const holds = (found: Item | undefined, expect: Item) => Object.entries(expect).every(([name, value]) => found?.[name] === value);
  const table: TableInMemory = {
    items,
    overtaken: [],
    async read(key) {
      await turn();
      return items.get(nameOf(key));
    },
    async change(key, { set, remove = [], expect }) {
      await turn();
      await table.overtaken.shift()?.();
      const found = items.get(nameOf(key));
      if (!holds(found, expect)) return undefined;
      const removed = [...remove, ...Object.keys(set).filter((name) => set[name] === undefined)];
      const changed = Object.fromEntries(Object.entries({ ...key, ...found, ...set }).filter(([name]) => !removed.includes(name)));
      items.set(nameOf(key), changed);
      return changed;
    },
    async remove(key, expect) {
      await turn();
      return holds(items.get(nameOf(key)), expect) && items.delete(nameOf(key));
    },
    async reports(period) {
      await turn();
      return [...items].flatMap(([name, item]) => (name.startsWith(`PERIOD#${period} REPORT#`) ? [item] : []));
    },
    async readApi() {
      await turn();
      return table.api;
    },
    updateApi: () => Promise.reject(new Error('the starter changes no breaker')),
  };
  return table;
}
