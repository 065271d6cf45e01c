import { setTimeout as pause } from 'node:timers/promises';
import { createObserver } from '../../kit/observer';
import type { Progress } from '../../kit/progress';
import type { Quarantined } from '../../kit/quarantine';
import { generator } from '../../kit/random';
import type { Sandbox } from '../../sandbox';
import { createQuestions } from './ask';
import { backfill, type Span, windowsOf } from './backfill';
import { createGenerator, SCHOOLS } from './changes';
import { countCalls, type PathFigures } from './count-calls';
import { createFaults, type Faults } from './faults';
import { createJournal, type Made } from './journal';
import { createOperator } from './operator';
import { partsOf } from './parts';
import { STANDSTILL_HOURS, timeline } from './timeline';
import type { Answers, Circumstances } from './verdict';
import { createWriter } from './write';

export interface RunOptions {
  readonly changes: number;
  /** Records of each kind that cannot be stored. */
  readonly bad: number;
  readonly seed: number;
  readonly backfill: boolean;
  readonly kills: boolean;
  readonly throttling: boolean;
}

export interface Run {
  readonly made: readonly Made[];
  readonly answers: Answers;
  readonly circumstances: Circumstances;
  readonly kills: Faults['kills'];
  readonly throttled: Faults['throttled'];
  readonly path: PathFigures;
  /** Items that TTL removed. */
  readonly expired: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What is in quarantine expires after 90 days; two moments are at most three weeks apart. */
const LOOK_MS = 40 * DAY_MS;
/** A little more than the buffer interval of the lake. */
const INTERVAL_MS = 15 * 60_000 + 1_000;
/** The longest pause before the pipe tries again. */
const RETRY_MS = 60_000;
/** The pipe gives up what is older, an hour before it leaves the stream. */
const OLDEST_MS = 23 * HOUR_MS;
/**
 * An operator does not know to the second what was left out. What the stream and the backfill both have is found by its correlation id. With
 * half an hour, the end of a window is between the changes of two hours.
 */
const MARGIN_MS = HOUR_MS / 2;

/** Changes items for 14 months of the clock, with everything that goes wrong, and asks Athena for all of it. */
export async function run(sandbox: Sandbox, options: RunOptions, progress: Progress): Promise<Run> {
  const { clock, pipes, deliveryStreams } = sandbox;
  const parts = partsOf(sandbox);
  const random = generator(options.seed);
  const moments = timeline(random, options.changes, options.bad);
  const changes = createGenerator(random);
  const faults = createFaults(sandbox, parts, random);
  const journal = createJournal(sandbox, parts.streamArn);
  const writer = createWriter(sandbox, parts.tableName);
  const observer = createObserver(sandbox);
  const operator = createOperator(sandbox, parts.pipeName);
  const path = countCalls(sandbox, parts);
  const start = clock.now();
  const killed = { pipe: new Set<string>(), delivery: new Set<string>() };
  let windows: readonly Span[] = [];
  const years = new Set([new Date(start).getUTCFullYear()]);

  const quarantine: Quarantined[] = [];
  let lookedAt = start;

  /** Reads quarantine as an operator does, before the lifecycle of the bucket removes what is in it. */
  async function look(): Promise<void> {
    await delivered(parts.deadLetterPipeArn, parts.deadLetterDeliveryArn);
    quarantine.push(...(await createQuestions(sandbox, [...years]).quarantine()));
    lookedAt = clock.now();
  }

  /** Waits for something, while the clock moves on, because retries wait for it. */
  async function settled(done: Promise<unknown>, every: number, step: number): Promise<void> {
    const finished = done.then(() => true);
    while (!(await Promise.race([finished, pause(every, false)]))) clock.advance(step);
  }

  async function delivered(pipeArn: string, deliveryArn: string): Promise<void> {
    await settled(pipes.caughtUp(pipeArn), 200, RETRY_MS);
    clock.advance(INTERVAL_MS);
    await settled(deliveryStreams.delivered(deliveryArn), 2_000, INTERVAL_MS);
  }

  /** The pipe runs again, and reads what the stream still has. What it lacks is backfilled. */
  async function recover(stoppedAt: number): Promise<void> {
    progress.step(`the pipe runs again after ${STANDSTILL_HOURS} hours`);
    await operator.startPipe();
    const startedAt = clock.now();
    await delivered(parts.pipeArn, parts.deliveryArn);
    if (!options.backfill) return;
    progress.step('the hours that the stream no longer has are backfilled');
    windows = windowsOf({ from: stoppedAt - MARGIN_MS, to: startedAt - OLDEST_MS + MARGIN_MS });
    await backfill(sandbox, parts, observer, windows);
    await delivered(parts.pipeArn, parts.deliveryArn);
  }

  try {
    let done = 0;
    let stoppedAt = 0;
    for (const moment of moments) {
      clock.advance(Math.max(0, start + moment.at - clock.now()));
      years.add(new Date(clock.now()).getUTCFullYear());
      if (moment.standstill === 0) {
        progress.step(`the pipe is stopped for ${STANDSTILL_HOURS} hours`);
        await operator.stopPipe();
        stoppedAt = clock.now();
      }
      const planned = changes.changesOf(moment, Math.floor(clock.now() / 1000));
      const kill = options.kills ? moment.kill : undefined;
      faults.arm({ ...moment, kill, throttle: options.throttling && moment.throttle });
      if (kill === 'pipe' || kill === 'delivery') for (const { id } of planned) killed[kill].add(id);
      const began = performance.now();
      await writer.write(planned);
      await journal.follow(planned);
      if (moment.standstill === undefined) await delivered(parts.pipeArn, parts.deliveryArn);
      path.took(performance.now() - began);
      await faults.disarm();
      if (kill !== undefined) await delivered(parts.pipeArn, parts.deliveryArn);
      if (moment.standstill === STANDSTILL_HOURS - 1) {
        clock.advance(Math.max(0, stoppedAt + STANDSTILL_HOURS * HOUR_MS - clock.now()));
        await recover(stoppedAt);
      }
      if (clock.now() - lookedAt > LOOK_MS) await look();
      done += moment.changes;
      progress.count('changes', done, options.changes);
    }
    await look();
    // The last removals by TTL.
    clock.advance(DAY_MS);
    await pause(1_000);
    await delivered(parts.pipeArn, parts.deliveryArn);
    const answers = await ask([...years]);
    const { kills, throttled } = faults;
    const circumstances = { windows, killed };
    return { made: journal.made, answers, circumstances, kills, throttled, path: path.figures(options.changes), expired: await expired() };
  } finally {
    path.close();
    writer.close();
    observer.close();
  }

  async function ask(all: readonly number[]): Promise<Answers> {
    const questions = createQuestions(sandbox, all);
    const answers: { [Name in keyof Answers]: Answers[Name][number][] } = { changes: [], current: [], quarantine };
    for (const [index, school] of SCHOOLS.entries()) {
      answers.changes.push(...(await questions.changes(school)));
      answers.current.push(...(await questions.current(school)));
      progress.count('schools whose rows Athena has read', index + 1, SCHOOLS.length);
    }
    return answers;
  }

  /** Items that were written and are no longer in the table: nobody but TTL removes one. */
  async function expired(): Promise<number> {
    const keys = new Set(journal.made.map(({ key }) => key));
    return keys.size - (await observer.items(parts.tableName)).length;
  }
}
