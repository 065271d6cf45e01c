import { join } from 'node:path';
import { createClient } from '../../../kit/client';
import { type DrawnDashboard, type DrawOptions, drawDashboards, sourceOf } from '../../../kit/dashboard';
import { createObserver } from '../../../kit/observer';
import { startGovernment } from '../demo/government';
import { startPlatform } from '../platform';
import { schools } from '../population';
import { playMorning } from './play';

const APP = join('integ', 'systems', 'school-platform', 'demo', 'app.ts');
const SEED = 1;
/** More would not be in the tables of a dashboard. */
const SCHOOLS = 8;
const CONNECTIONS = 16;

/** Plays a morning of all three paths on the example, and draws its dashboard. */
export async function drawMorning(options: DrawOptions, report: (line: string) => void): Promise<DrawnDashboard[]> {
  const government = await startGovernment(SEED);
  const present = schools()
    .slice(0, SCHOOLS)
    .map(({ id }) => id);
  const platform = await startPlatform({
    ...{ app: APP, map: government.map, schools: present, report },
    // The sync computes times of waits. Other functions verify tokens, which have this machine's time.
    functionsOnClock: ({ path }) => path?.includes('/Government/Sync/') ?? false,
  }).catch(async (error: unknown) => {
    await government.api.close();
    throw error;
  });
  government.follow(platform.sandbox.clock);
  const client = createClient(CONNECTIONS);
  const observer = createObserver(platform.sandbox);
  try {
    await playMorning(platform, { client, observer }, present, report);
    return await drawDashboards(sourceOf(platform.sandbox), options);
  } finally {
    client.close();
    observer.close();
    await platform.close();
    await government.api.close();
  }
}
