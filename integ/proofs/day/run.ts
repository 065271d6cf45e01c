import type { Progress } from '../../kit/progress';
import { quarterNamed } from '../../systems/gov-sync/names';
import { startSync } from '../../systems/school-platform/alarms/faults/government';
import { areSlow, LATENCIES } from '../../systems/school-platform/alarms/latency';
import { PREFIX } from '../../systems/school-platform/alarms/names';
import { readyToWatch } from '../../systems/school-platform/alarms/ready';
import { type FaultResult, runFault } from '../../systems/school-platform/alarms/run-fault';
import type { WatchedPlatform } from '../../systems/school-platform/alarms/watched-platform';
import { type Crossings, tryToCross } from './crossings';
import { faultAt } from './faults';
import type { Load } from './load';
import type { Planned } from './schedule';

/** What happened in a day. */
export interface Day {
  readonly results: readonly FaultResult[];
  /** Alarms that went off between faults. */
  readonly between: readonly string[];
  /** Alarms that the faults should have caused. */
  readonly expected: number;
  readonly crossings: Crossings;
  /** Faults during which the government sync was sending. */
  readonly syncing: number;
}

/** The periods that are sent ended more than 30 days ago. */
const OVERDUE = 'Government-Sync-Overdue';
const MINUTE_MS = 60_000;

/** The quarters that ended before this moment, the last one first: each can be sent once. */
function quarters(now: number, count: number): string[] {
  const date = new Date(now);
  const last = date.getUTCFullYear() * 4 + Math.floor(date.getUTCMonth() / 3) - 1;
  return Array.from({ length: count }, (_, index) => quarterNamed(last - index));
}

/** Runs the faults of a day at their minutes, with requests on all paths, and skips the time between them. */
export async function runDay(
  platform: WatchedPlatform,
  load: Load,
  plan: readonly Planned[],
  minutes: number,
  progress: Progress,
): Promise<Day> {
  await readyToWatch(platform, load.minute, progress.step);
  const { sandbox } = platform;
  const dayBegan = sandbox.clock.now();
  const minuteOfDay = () => (sandbox.clock.now() - dayBegan) / MINUTE_MS;
  const machine = sandbox.assembly.ref(platform.platform.resource('AWS::StepFunctions::StateMachine', '/Government/'));
  const periods = quarters(sandbox.clock.now(), 12);
  const results: FaultResult[] = [];
  let [expected, tried, allowed, syncing] = [0, 0, 0, 0];
  const between: string[] = [];
  let mayRing: readonly string[] = [];
  /** The last fault: an alarm of latency can go off after it. */
  let began = performance.now();
  const skipTo = async (minute: number) => {
    const from = platform.messages.all.length;
    const ahead = Math.floor(minute - minuteOfDay());
    if (ahead > 0) await platform.pass(ahead);
    const expected = [OVERDUE, ...mayRing, ...(areSlow(platform.requests, began) ? LATENCIES : [])];
    const rang = platform.messages.all.slice(from).filter(({ state }) => state === 'ALARM');
    for (const { alarm, reason } of rang.filter((message) => !expected.includes(message.alarm.slice(PREFIX.length)))) {
      progress.step(`between faults, ${alarm}: ${reason}`);
      between.push(alarm);
    }
  };

  for (const [index, { kind, choice, minute }] of plan.entries()) {
    await skipTo(minute);
    const fault = faultAt(kind, choice);
    progress.step(`${String(Math.floor(minuteOfDay())).padStart(3)} min, ${index + 1} of ${plan.length}: ${fault.what}`);
    const sent = Object.values(sandbox.stateMachines.counts(machine)).some(({ inside }) => inside > 0);
    const period = sent ? undefined : periods.shift();
    if (period !== undefined) await startSync(platform, period);
    if (sent || period !== undefined) syncing += 1;
    began = performance.now();
    const result = await runFault(platform, { ...fault, usualRequests: true }, { requests: load.minute, others: [OVERDUE] });
    mayRing = [...fault.rings, ...Object.keys(fault.mayRing ?? {})];
    const crossed = await tryToCross(platform);
    [expected, tried, allowed] = [expected + fault.rings.length, tried + crossed.tried, allowed + crossed.allowed];
    results.push(result);
    for (const alarm of result.missed) progress.step(`  no message of ${alarm}`);
    for (const alarm of result.wrong) progress.step(`  a message of ${alarm}`);
    for (const alarm of result.stayed) progress.step(`  no OK of ${alarm}`);
  }
  await skipTo(minutes);
  return { results, between, expected, crossings: { tried, allowed }, syncing };
}
