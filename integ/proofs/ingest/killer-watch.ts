import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Observer } from '../../kit/observer';
import type { Clock, LogSink } from '../../sandbox';
import { batchLine } from '../../systems/school-platform/batch-line';
import { type DeathLine, deathLine } from './killer-assembly';

const INTERVAL_MS = 500;

/** When each item was first seen in the table, by sort key: up to half a second after it was written. */
export function watchTable(observer: Observer, tableName: string, clock: Clock) {
  const seen = new Map<string, number>();
  let open = true;
  const watching = (async () => {
    while (open) {
      const at = clock.now();
      for (const item of await observer.items(tableName)) {
        const { sk } = unmarshall(item) as { sk: string };
        if (!seen.has(sk)) seen.set(sk, at);
      }
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  })();
  return {
    /** The items of one path, whose keys begin with its name. */
    of: (name: string) => new Map([...seen].filter(([sk]) => sk.startsWith(`${name}#`)).map(([sk, at]) => [sk.slice(name.length + 1), at])),
    async close() {
      open = false;
      await watching;
    },
  };
}

/** What the writers logged before they crashed, and how many items they wrote. */
export function watchDeaths(logs: LogSink) {
  const deaths = new Map<string, DeathLine[]>();
  const written = new Map<string, number>();
  logs.onLine(({ group, message }) => {
    const death = deathLine(message);
    if (death !== undefined) deaths.set(group, [...(deaths.get(group) ?? []), death]);
    const batch = batchLine(message);
    if (batch !== undefined) written.set(group, (written.get(group) ?? 0) + batch.Written);
  });
  return {
    /** For one log group, by message id: the batch size of each receive. */
    receives(group: string): Map<string, number[]> {
      const byId = new Map<string, number[]>();
      for (const { killer, messages } of deaths.get(group) ?? []) byId.set(killer, [...(byId.get(killer) ?? []), messages]);
      return byId;
    },
    written: (group: string) => written.get(group) ?? 0,
  };
}
