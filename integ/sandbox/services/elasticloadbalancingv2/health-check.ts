import type { Target } from '../../contracts';
import type { HealthCheck } from './definition';
import type { Health } from './target';
import { requestTo } from './target';

/**
 * Sends one health check; undefined if the target passes. Documented: "Health checks for your target groups": it passes with a response
 * that matches within the timeout.
 */
export function check(
  { protocol, path, timeout, matches }: HealthCheck,
  target: Target,
  blocked: string | undefined,
): Promise<Health | undefined> {
  // A security group drops packets, which a client sees as a timeout.
  if (blocked !== undefined) return Promise.resolve(failed('Target.Timeout', `Request timed out. ${blocked}`));
  return new Promise((resolve) => {
    const headers = { Host: target.id, 'User-Agent': 'ELB-HealthChecker/2.0', Connection: 'close' };
    const sent = requestTo(protocol, target, { path, headers, agent: false });
    const timer = setTimeout(() => {
      resolve(failed('Target.Timeout', 'Request timed out'));
      sent.destroy();
    }, timeout);
    sent.on('response', (reply) => {
      const { statusCode = 0 } = reply;
      reply.resume().on('error', () => {});
      clearTimeout(timer);
      resolve(
        matches(statusCode) ? undefined : failed('Target.ResponseCodeMismatch', `Health checks failed with these codes: [${statusCode}]`),
      );
    });
    sent.on('error', () => {
      clearTimeout(timer);
      resolve(failed('Target.FailedHealthChecks', 'Health checks failed'));
    });
    sent.end();
  });
}

function failed(reason: string, description: string): Health {
  return { state: 'unhealthy', reason, description };
}
