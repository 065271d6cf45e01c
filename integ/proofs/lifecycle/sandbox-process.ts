import { end, endAfter } from '../../kit/end';
import { startTenants } from '../../systems/tenants/start';
import type { Orders, Said } from './orders';
import { planOf } from './plan';
import { runPlan } from './run';

const say = (said: Said) => new Promise<void>((sent) => process.send?.(said, () => sent()));

/** A sandbox of its own, which ends with the process that started it. */
async function main({ folder, speed, checksTenants, seeds }: Orders): Promise<void> {
  const platform = await startTenants({ folder, speed, checksTenants, report: (step) => void say({ step }) });
  for (const seed of seeds) await say({ seed, run: await runPlan(platform, planOf(seed)) });
  await platform.close();
}

process.once('disconnect', () => end(1));
endAfter(main(JSON.parse(process.argv[2]) as Orders));
