import { createClient } from '../../kit/client';
import { createObserver } from '../../kit/observer';
import type { Progress } from '../../kit/progress';
import { startPlatform } from '../../systems/school-platform/platform';
import { recess } from '../../systems/school-platform/population';
import { drained, sendVisits } from '../../systems/school-platform/visits';
import { accounted, countCalls } from './run';

const AT_ONCE = 32;
const SEED = 20261;

export interface FaultlessFigures {
  readonly sent: number;
  readonly accepted: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  readonly deadLettered: number;
  readonly writeCalls: number;
  readonly writeUnits: number;
  readonly batches: number;
  readonly seconds: number;
}

/**
 * The queue is filled before the writer starts, and one poller empties it, so that every batch is full. This shows how many calls the
 * writer needs. AWS starts with five pollers, so that the last batches of a queue are not full.
 */
export async function faultless(progress: Progress): Promise<FaultlessFigures> {
  const platform = await startPlatform({ report: progress.step });
  const client = createClient(AT_ONCE);
  const observer = createObserver(platform.sandbox);
  try {
    const { functions } = platform.sandbox;
    await functions.pauseEventSources(platform.writerArn);
    const calls = countCalls(platform.sandbox);
    const visits = recess(SEED);
    const started = Date.now();
    const accepted = await sendVisits(platform, client, visits, {
      atOnce: AT_ONCE,
      completed: (done) => progress.count('accepted', done, visits.length),
    });
    functions.resumeEventSources(platform.writerArn);
    await drained(platform, observer, 0, (left) => progress.count('written', visits.length - left, visits.length));
    const seconds = Math.round((Date.now() - started) / 100) / 10;
    const { stored, lost, doubled } = accounted(accepted, await observer.items(platform.tableName));
    return {
      sent: visits.length,
      accepted: accepted.length,
      stored,
      lost,
      doubled,
      deadLettered: await observer.depth(platform.deadLetterQueueUrl),
      writeCalls: calls.of('BatchExecuteStatement'),
      writeUnits: calls.writeUnits(),
      batches: calls.batches(),
      seconds,
    };
  } finally {
    client.close();
    observer.close();
    await platform.close();
  }
}
