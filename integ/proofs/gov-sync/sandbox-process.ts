import { end, endAfter } from '../../kit/end';
import { NAMES } from '../../systems/gov-sync/names';
import { recordQuarter } from '../../systems/gov-sync/quarter';
import { startGovSync } from '../../systems/gov-sync/start';
import { AtOnce } from './at-once';
import type { Orders, Said } from './orders';
import { runSeed } from './run';

const say = (said: Said) => new Promise<void>((sent) => process.send?.(said, () => sent()));

/** A sandbox of its own, with an API for each mode. It ends with the process that started it. */
async function main({ folder, modes, maxPerSecond, speed, schools, seeds }: Orders): Promise<void> {
  const { sandbox, syncs, forward, close } = await startGovSync({
    ...{ folder, modes, maxPerSecond, speed },
    report: (step) => void say({ step }),
  });
  const atOnce = new AtOnce();
  sandbox.stateMachines.onTransition((transition) => atOnce.see(transition));
  const quarter = await recordQuarter(sandbox, { schools, tableName: NAMES.grades, seed: 1 });
  const sleep = (milliseconds: number) => sandbox.clock.sleep(milliseconds);
  await Promise.all(
    syncs.map(async (sync) => {
      for (const seed of seeds) await say({ mode: sync.mode, seed, run: await runSeed(sync, quarter, seed, sleep) });
    }),
  );
  const invalid = quarter.plan('').filter(({ isValid }) => !isValid).length;
  await say({ seen: { grades: quarter.grades, invalid, sendingAtOnce: atOnce.count, clockMoves: forward.moves } });
  await close();
}

process.once('disconnect', () => end(1));
endAfter(main(JSON.parse(process.argv[2]) as Orders));
