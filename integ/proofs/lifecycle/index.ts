import { rmSync } from 'node:fs';
import { breakHandler } from '../../kit/break-handler';
import { proof } from '../../kit/proof';
import { synthesizeTenants } from '../../systems/tenants/start';
import { readArguments, USAGE } from './arguments';
import { BREAKS, ONBOARDING } from './breaks';
import type { Run } from './figures';
import { figuresOf, promisesOf } from './outcome';
import { startShares } from './shares';

/** `npx projen prove lifecycle`: tenants come, are suspended and leave, and nothing of them works any longer than the README states. */
export default proof(
  'lifecycle',
  { shows: 'Tenants that are suspended or leave have no access, and their ids are never given again', usage: USAGE, minutes: 240 },
  async ({ progress, args, use }) => {
    const { sequences, from, sandboxes, speed, broken } = readArguments(args);
    const started = performance.now();
    const folder = await synthesizeTenants(progress.step);
    use({ close: () => rmSync(folder, { recursive: true, force: true }) });
    const { changes = [], checksTenants = true } = broken === undefined ? {} : BREAKS[broken];
    if (changes.length > 0) await breakHandler(folder, { ...ONBOARDING, changes });
    const runs: Run[] = [];
    progress.step(`running ${sequences} sequences in ${sandboxes} sandboxes`);
    const { done } = use(
      startShares({
        ...{ folder, speed, checksTenants, sandboxes },
        seeds: Array.from({ length: sequences }, (_, index) => from + index),
        report: progress.step,
        ended(_, run) {
          runs.push(run);
          for (const finding of run.findings) process.stderr.write(`${finding}\n`);
          progress.count('sequences', runs.length, sequences);
        },
      }),
    );
    await done;
    const minutes = Math.round((performance.now() - started) / 6_000) / 10;
    return { figures: { ...figuresOf(from, runs), sandboxes, minutes }, promises: promisesOf(runs) };
  },
);
