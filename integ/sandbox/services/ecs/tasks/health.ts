import type { Clock } from '../../../contracts';
import type { ContainerHealthCheck } from '../task-definition';
import type { Container } from './container';

export type Health = 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';

/**
 * Checks the health of a container until the signal. Documented: "HealthCheck" (Amazon ECS API Reference): failures within the start
 * period do not count, and one success ends it; the container is unhealthy after `retries` failures in a row. The command and the start
 * period wait for real work, so that they pass in real time at any speed.
 */
export async function checkHealth(
  check: ContainerHealthCheck,
  container: Container,
  clock: Clock,
  signal: AbortSignal,
  changed: (health: Health) => void,
): Promise<void> {
  const words = check.shell ? ['/bin/sh', '-c', ...check.command] : check.command;
  const started = performance.now();
  let settled = false;
  let failures = 0;
  while (!signal.aborted) {
    await clock.sleep(check.interval, signal).catch(() => undefined);
    if (signal.aborted) return;
    const status = await container.execute(words, check.timeout);
    if (signal.aborted) return;
    if (status === 0) {
      failures = 0;
      settled = true;
      changed('HEALTHY');
    } else if (settled || performance.now() - started >= check.startPeriod) {
      failures += 1;
      if (failures >= check.retries) changed('UNHEALTHY');
    }
  }
}
