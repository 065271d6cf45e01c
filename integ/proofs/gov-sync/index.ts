import { rmSync } from 'node:fs';
import { proof } from '../../kit/proof';
import { breakAssembly } from '../../systems/gov-sync/break-assembly';
import type { Mode } from '../../systems/gov-sync/names';
import { synthesizeGovSync } from '../../systems/gov-sync/start';
import { readArguments, USAGE } from './arguments';
import { BREAKS } from './breaks';
import { figuresOf, promisesOf } from './outcome';
import type { Run } from './run';
import { sharesOf, startShares } from './shares';

const MAX_PER_SECOND = 50;
/**
 * Whenever the API asks to wait, or the breaker is open, each child execution that runs asks again at the end of the wait: with 20 of them,
 * nine of ten steps would be such questions.
 */
const MAX_CONCURRENCY = 5;

/** `npx projen prove gov-sync`: a quarter's reports arrive once at an API that does everything wrong, whatever it offers against duplicates. */
export default proof(
  'gov-sync',
  { shows: "A quarter's reports arrive once at an API that does everything wrong", usage: USAGE, minutes: 240 },
  async ({ progress, args, use }) => {
    const { runs, from, schools, sandboxes, speed, modes, broken } = readArguments(args);
    const started = performance.now();
    const folder = await synthesizeGovSync({ modes, maxPerSecond: MAX_PER_SECOND, maxConcurrency: MAX_CONCURRENCY }, progress.step);
    use({ close: () => rmSync(folder, { recursive: true, force: true }) });
    if (broken !== undefined) await breakAssembly(folder, BREAKS[broken]);
    progress.step(`sending a quarter of ${schools} schools with ${runs} seeds in ${modes.length} modes`);
    const all = new Map<Mode, Run[]>(modes.map((mode) => [mode, []]));
    let done = 0;
    const { seen } = use(
      startShares({
        ...{ folder, modes, schools, sandboxes, speed, maxPerSecond: MAX_PER_SECOND, shares: sharesOf(from, runs, sandboxes) },
        report: progress.step,
        ended(mode, seed, run) {
          all.get(mode)?.push(run);
          done += 1;
          // What is known, if a later run fails the whole.
          progress.step(JSON.stringify({ mode, seed, ...run }));
          progress.count('runs', done, runs * modes.length);
        },
      }),
    );
    const each = await seen;
    const [{ grades, invalid }] = each;
    const sum = (of: (one: (typeof each)[number]) => number) => each.reduce((total, one) => total + of(one), 0);
    const sendingAtOnce = sum((one) => one.sendingAtOnce);
    for (const [mode, of] of all) console.log(JSON.stringify(figuresOf(mode, of)));
    const everything = [...all.values()].flat();
    return {
      figures: {
        ...{ ...figuresOf('all', everything), grades, sendingAtOnce },
        executions: everything.reduce((total, { executions }) => total + executions, 0),
        ...{ sandboxes: each.length, clockMoves: sum(({ clockMoves }) => clockMoves) },
        minutes: Math.round((performance.now() - started) / 6_000) / 10,
      },
      promises: {
        'one execution of a period sends at a time': sendingAtOnce === 0,
        'each sandbox recorded the same grades': each.every((one) => one.grades === grades && one.invalid === invalid),
        'each seed ran in each mode': [...all.values()].every(({ length }) => length === runs),
        ...promisesOf(all, { schools, grades, maxPerSecond: MAX_PER_SECOND, invalid }),
      },
    };
  },
);
