import { proof } from '../../kit/proof';
import { breakAssembly } from '../../systems/gov-sync/break-assembly';
import type { Mode } from '../../systems/gov-sync/names';
import { NAMES } from '../../systems/gov-sync/names';
import { recordQuarter } from '../../systems/gov-sync/quarter';
import { startGovSync } from '../../systems/gov-sync/start';
import { readArguments, USAGE } from './arguments';
import { AtOnce } from './at-once';
import { BREAKS } from './breaks';
import { figuresOf, promisesOf } from './outcome';
import { type Run, runSeed } from './run';

const MAX_PER_SECOND = 50;

/** `npx projen prove gov-sync`: a quarter's reports arrive once at an API that does everything wrong, whatever it offers against duplicates. */
export default proof(
  'gov-sync',
  { shows: "A quarter's reports arrive once at an API that does everything wrong", usage: USAGE, minutes: 720 },
  async ({ progress, args, use }) => {
    const { runs, schools, modes, broken } = readArguments(args);
    const started = performance.now();
    const { sandbox, syncs, forward } = use(
      await startGovSync({
        ...{ modes, maxPerSecond: MAX_PER_SECOND, report: progress.step },
        change: async (folder) => {
          if (broken !== undefined) await breakAssembly(folder, BREAKS[broken]);
        },
      }),
    );
    const atOnce = new AtOnce();
    sandbox.stateMachines.onTransition((transition) => atOnce.see(transition));
    progress.step(`recording a quarter's grades of ${schools} schools`);
    const quarter = await recordQuarter(sandbox, { schools, tableName: NAMES.grades, seed: 1 });
    progress.step(`sending them with ${runs} seeds in ${modes.length} modes`);
    const all = new Map<Mode, Run[]>(modes.map((mode) => [mode, []]));
    const sleep = (milliseconds: number) => sandbox.clock.sleep(milliseconds);
    let done = 0;
    await Promise.all(
      syncs.map(async (sync) => {
        for (let seed = 1; seed <= runs; seed++) {
          all.get(sync.mode)?.push(await runSeed(sync, quarter, seed, sleep));
          done += 1;
          progress.count('runs', done, runs * modes.length);
        }
      }),
    );
    for (const [mode, of] of all) console.log(JSON.stringify(figuresOf(mode, of)));
    const everything = [...all.values()].flat();
    return {
      figures: {
        ...figuresOf('all', everything),
        grades: quarter.grades,
        executions: everything.reduce((sum, { executions }) => sum + executions, 0),
        sendingAtOnce: atOnce.count,
        clockMoves: forward.moves,
        minutes: Math.round((performance.now() - started) / 6_000) / 10,
      },
      promises: {
        'one execution of a period sends at a time': atOnce.count === 0,
        ...promisesOf(all, {
          ...{ schools, grades: quarter.grades, maxPerSecond: MAX_PER_SECOND },
          invalid: quarter.plan('').filter(({ isValid }) => !isValid).length,
        }),
      },
    };
  },
);
