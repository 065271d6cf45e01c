import { LAKE_ARRIVAL_SECONDS } from '../../../runtime/lake-arrival';
import type { Period, SourceResult } from './source-request';

/** What can say that changes have not arrived. */
export interface ArrivalDependencies {
  readonly pipe: string;
  /** The state of the pipe that reads the changes: `RUNNING`. */
  readonly pipeState: () => Promise<string>;
  /** Messages in the dead-letter queue of the pipe, about changes that it could not send. */
  readonly deadLetters: () => Promise<number>;
  /** The object in quarantine that has a change of the period, if there is one. */
  readonly quarantined: (period: Period) => Promise<string | undefined>;
}

type Wait = Extract<SourceResult, { readonly state: 'WAIT' }>;

/** Of Step Functions' wait between two calls. */
const LONGEST_WAIT_SECONDS = 900;
/** What a person has to do takes a while. */
const NEXT_LOOK_SECONDS = 600;

/**
 * Why the changes of a period may not all be in the lake.
 *
 * No service says how old the oldest change is that a pipe has not read. What is known is how long a change can take at most: what the stream
 * or Firehose still had then is in quarantine. So the lake is complete once that time has passed, the pipe has read all along, and nothing of
 * the period is in quarantine.
 *
 * @returns undefined if all have arrived
 */
export async function notArrived(period: Period, now: number, dependencies: ArrivalDependencies): Promise<Wait | undefined> {
  const arrivedAt = Date.parse(period.end) + LAKE_ARRIVAL_SECONDS * 1_000;
  if (now < arrivedAt) {
    const seconds = Math.min(LONGEST_WAIT_SECONDS, Math.ceil((arrivedAt - now) / 1_000));
    return wait(`Changes of ${period.name} can arrive in the lake until ${minuteOf(arrivedAt)} UTC.`, seconds);
  }
  const state = await dependencies.pipeState();
  if (state !== 'RUNNING') {
    return wait(
      `The pipe ${dependencies.pipe} of the lake is ${state}: changes of ${period.name} may be missing. Start it, and backfill the time since it stopped.`,
    );
  }
  const deadLetters = await dependencies.deadLetters();
  if (deadLetters > 0) {
    return wait(`The dead-letter queue of the lake has ${deadLetters} messages about changes that have not arrived.`);
  }
  const object = await dependencies.quarantined(period);
  if (object === undefined) return undefined;
  return wait(
    `A change of ${period.name} is in the quarantine of the lake: ${object}. Replay it, or decide that it is not needed, and delete the file.`,
  );
}

function wait(reason: string, seconds = NEXT_LOOK_SECONDS): Wait {
  return { state: 'WAIT', reason, seconds };
}

function minuteOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
