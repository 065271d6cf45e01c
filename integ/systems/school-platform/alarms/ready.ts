import { areSlow, LATENCIES } from './latency';
import { PREFIX } from './names';
import type { WatchedPlatform } from './watched-platform';

/** What they watch has not reported yet after the first deployment: their READMEs say so. */
const AFTER_DEPLOYMENT = ['AuditTrail-Silence', 'Government-Sync-Heartbeat', 'Lake-Erasure-Overdue', 'Removal-Overdue'];
/** The start function runs every six hours, after which each alarm has data. */
const FIRST_MINUTES = 7 * 60;
const STEP_MINUTES = 20;

/**
 * Lets the first hours after the deployment pass, with requests and without a fault.
 *
 * @returns alarms that went off, and that are not known for that
 */
export async function readyToWatch(
  platform: WatchedPlatform,
  requests: () => Promise<unknown>,
  report: (line: string) => void,
): Promise<string[]> {
  const { messages } = platform;
  while (!messages.isConfirmed) await new Promise((wake) => setTimeout(wake, 20));
  report(`${FIRST_MINUTES / 60} hours without a fault`);
  for (let minutes = 0; minutes < FIRST_MINUTES; minutes += STEP_MINUTES) {
    await requests();
    await platform.pass(STEP_MINUTES);
  }
  const expected = [...AFTER_DEPLOYMENT, ...(areSlow(platform.requests) ? LATENCIES : [])];
  const rang = messages.all.filter(({ state, alarm }) => state === 'ALARM' && !expected.includes(alarm.slice(PREFIX.length)));
  for (const { alarm, reason } of rang) report(`went off without a fault: ${alarm}: ${reason}`);
  return rang.map(({ alarm }) => alarm.slice(PREFIX.length));
}
