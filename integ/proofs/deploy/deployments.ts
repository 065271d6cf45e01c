import type { Progress } from '../../kit/progress';
import { startLoad } from './load';
import type { Place } from './place';

const REPLACEMENTS = 20;
const TASKS = 2;

export interface Deployed {
  readonly replacements: number;
  readonly requests: number;
  /** Requests without the status 200, while all of this happened. */
  readonly failedRequests: number;
  /** Statuses of failed requests, with their number. */
  readonly failures: Readonly<Record<string, number>>;
  readonly rolledBack: boolean;
  /** Versions that answered while a version failed its health check, and while a migration failed. */
  readonly answeredDuringRollback: readonly string[];
  readonly answeredDuringFailedMigration: readonly string[];
  readonly failedMigration: string;
  readonly releasedAfterMigration: boolean;
}

/** Rolling replacements, a version that fails its health check, a migration that fails and one that succeeds: all under load. */
export async function deployments({ service, load }: Place, progress: Progress): Promise<Deployed> {
  const running = startLoad(load);
  /** Versions that answered while something happened. */
  const during = async <T>(act: () => Promise<T>): Promise<{ readonly result: T; readonly versions: string[] }> => {
    const from = running.sent.length;
    const result = await act();
    return { result, versions: [...new Set(running.sent.slice(from).flatMap(({ version }) => version ?? []))] };
  };
  try {
    await service.scale(TASKS);
    for (let done = 1; done <= REPLACEMENTS; done++) {
      await service.replace();
      progress.count('rolling replacements', done, REPLACEMENTS);
    }
    progress.step('a version that fails its health check');
    const sick = await service.register({ HEALTH: '503', VERSION: 'sick' });
    const rollback = await during(() => service.deploy(sick));
    const failed = (await service.events()).some((message) => message.includes('deployment failed: tasks failed to start'));
    progress.step('a migration that fails, and one that succeeds');
    const next = await service.register({ HEALTH: '200', VERSION: '2' });
    const stopped = await during(() => service.release(next, ['node', '-e', 'process.exit(3)']));
    const released = await service.release(next, ['node', '-e', '']);
    const after = await during(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
    const sent = await running.stop();
    const bad = sent.filter(({ status }) => status !== 200);
    return {
      replacements: REPLACEMENTS,
      requests: sent.length,
      failedRequests: bad.length,
      failures: counted(bad.map(({ status }) => String(status))),
      rolledBack: failed && rollback.result !== sick,
      answeredDuringRollback: rollback.versions,
      answeredDuringFailedMigration: stopped.versions,
      failedMigration: `${stopped.result.status}: ${stopped.result.reason}`,
      releasedAfterMigration: released.status === 'UPDATE_COMPLETE' && after.versions.join() === '2',
    };
  } finally {
    running.close();
  }
}

export function counted(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
