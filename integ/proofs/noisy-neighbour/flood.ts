import { createClient } from '../../kit/client';
import { createObserver } from '../../kit/observer';
import type { Progress } from '../../kit/progress';
import { quantile } from '../../kit/statistics';
import { batchLine } from '../../systems/school-platform/batch-line';
import type { RunningPlatform } from '../../systems/school-platform/platform';
import { drained, sendVisits } from '../../systems/school-platform/visits';

const AT_ONCE = 32;
/** The number of visits: of one school within its burst limit, and of each other school. */
const FLOOD = 1_400;
const NORMAL = 10;

export interface Queued {
  readonly flood: number;
  readonly others: number;
  readonly lost: number;
  /** Seconds from the 202 to the end of the batch that wrote the message; a school's messages are matched in order. */
  readonly floodWaitP95: number;
  readonly othersWaitP95: number;
  /** The other schools' wait without a flood. */
  readonly othersAloneWaitP95: number;
  readonly fairQueues: 'AWS only: the engine keeps the message groups of a standard queue and does not reorder by them';
}

/** One school floods the queue with as much as its usage plan admits, and the other schools start a little later. */
export async function flood(
  platform: RunningPlatform,
  [flooding, ...others]: readonly string[],
  _throttled: string,
  progress: Progress,
): Promise<Queued> {
  const observer = createObserver(platform.sandbox);
  const client = createClient(AT_ONCE);
  const waits = watchWaits(platform);
  const visits = (schools: readonly string[], count: number, name: string) =>
    schools.flatMap((school) =>
      Array.from({ length: count }, (_, number) => ({
        school,
        student: `student-${number}`,
        page: '/today',
        idempotencyKey: `${name}-${school}-${number}`,
      })),
    );
  const send = (of: ReturnType<typeof visits>) =>
    sendVisits(platform, client, of, { atOnce: AT_ONCE, accepted: ({ school }) => waits.accepted(school) });
  const written = () => drained(platform, observer, 0, () => undefined);
  try {
    // Messages that were sent before are not counted.
    await written();
    const before = (await observer.items(platform.tableName)).length;
    progress.step('the queue without a flood');
    const alone = await send(visits(others, NORMAL, 'alone'));
    await written();
    const othersAlone = waits.taken(others);

    progress.step(`the queue while one school sends ${FLOOD} visits`);
    const flooded = send(visits([flooding], FLOOD, 'flood'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const [accepted, normal] = await Promise.all([flooded, send(visits(others, NORMAL, 'beside'))]);
    await written();
    const items = (await observer.items(platform.tableName)).length - before;
    const sent = alone.length + accepted.length + normal.length;
    return {
      flood: accepted.length,
      others: normal.length,
      lost: sent - items,
      floodWaitP95: p95(waits.taken([flooding])),
      othersWaitP95: p95(waits.taken(others)),
      othersAloneWaitP95: p95(othersAlone),
      fairQueues: 'AWS only: the engine keeps the message groups of a standard queue and does not reorder by them',
    };
  } finally {
    waits.close();
    client.close();
    observer.close();
  }
}

/** Matches a school's accepted messages with the writer's log lines, in order. */
function watchWaits(platform: RunningPlatform): {
  accepted(school: string): void;
  taken(schools: readonly string[]): number[];
  close(): void;
} {
  const { sandbox } = platform;
  const pending = new Map<string, number[]>();
  const waited = new Map<string, number[]>();
  const of = (map: Map<string, number[]>, school: string) => {
    const list = map.get(school) ?? [];
    map.set(school, list);
    return list;
  };
  const close = sandbox.logs.onLine(({ message, at }) => {
    for (const [school, count] of Object.entries(batchLine(message)?.tenants ?? {})) {
      for (const accepted of of(pending, school).splice(0, count)) of(waited, school).push((at - accepted) / 1000);
    }
  });
  return {
    accepted: (school) => void of(pending, school).push(sandbox.clock.now()),
    taken: (schools) => schools.flatMap((school) => of(waited, school).splice(0)),
    close,
  };
}

function p95(seconds: readonly number[]): number {
  return Math.round(quantile(seconds, 0.95) * 10) / 10;
}
