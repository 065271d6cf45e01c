import type { Progress } from '../../kit/progress';
import type { AlarmFault } from '../../systems/school-platform/alarms/fault';
import { readyToWatch } from '../../systems/school-platform/alarms/ready';
import { type FaultResult, runFault } from '../../systems/school-platform/alarms/run-fault';
import type { WatchedPlatform } from '../../systems/school-platform/alarms/watched-platform';

export interface AlarmsRun {
  /** In the order of the faults. */
  readonly results: readonly FaultResult[];
  /** Alarms that went off without a fault, and are not known for that. */
  readonly quiet: readonly string[];
  /** Faults that nothing on this machine can cause, so that their metric was put. */
  readonly byMetric: number;
}

/** What functions and services say of problems. */
const PROBLEM = /"level":\s*"(ERROR|WARN)"|timed out/;
const [MOST_LINES, LONGEST_LINE] = [10, 300];

/** One fault after the other, each after the alarms of the one before are quiet. */
export async function runAll(platform: WatchedPlatform, faults: readonly AlarmFault[], progress: Progress): Promise<AlarmsRun> {
  const quiet = await readyToWatch(platform, platform.usual.send, progress.step);
  const problems: string[] = [];
  platform.sandbox.logs.onLine(({ message }) => {
    if (PROBLEM.test(message)) problems.push(message.slice(0, LONGEST_LINE).trimEnd());
  });
  const results: FaultResult[] = [];
  for (const [index, fault] of faults.entries()) {
    const began = Date.now();
    problems.length = 0;
    progress.step(`${index + 1} of ${faults.length}: ${fault.what}`);
    const result = await runFault(platform, fault, { requests: platform.usual.send }).catch((error: Error): FaultResult => {
      progress.step(`  failed: ${error.stack}`);
      return { what: fault.what, secondsToMessage: {}, missed: fault.rings, wrong: [], stayed: [], isSlow: false };
    });
    results.push(result);
    if (result.missed.length + result.wrong.length > 0) for (const line of problems.slice(-MOST_LINES)) progress.step(`  ${line}`);
    progress.step(`  ${Math.round((Date.now() - began) / 1000)} s here; ${JSON.stringify(result)}`);
  }
  return { results, quiet, byMetric: faults.filter(({ kind }) => kind === 'metric').length };
}
