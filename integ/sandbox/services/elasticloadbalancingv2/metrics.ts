import type { Metrics } from '../../contracts';
import type { AccessLogEntry } from './access-log';
import type { LoadBalancer, TargetGroup } from './definition';
import type { RegisteredTarget } from './target';

/** The metrics of load balancers and target groups. */
export interface BalancerMetrics {
  /** Counts a request that has ended. */
  request(loadBalancer: Pick<LoadBalancer, 'id'>, entry: AccessLogEntry): void;
  /** Puts how many targets of a group are healthy, now and in each minute. */
  hosts(
    loadBalancers: readonly Pick<LoadBalancer, 'id'>[],
    group: Pick<TargetGroup, 'arn'>,
    targets: () => Iterable<RegisteredTarget>,
  ): HostCounts;
  close(): void;
}

export interface HostCounts {
  /** Puts the counts when a target has changed its state: it may change again before the minute ends. */
  changed(): void;
}

const HOSTS = { HealthyHostCount: 'healthy', UnHealthyHostCount: 'unhealthy' } as const;
const CLASSES = [2, 3, 4, 5];
/** Documented with counts of their own. */
const OWN_STATUSES = [500, 502, 503, 504];
const classes = (prefix: string, from: number) => CLASSES.filter((one) => one >= from).map((one) => `${prefix}_${one}XX_Count`);
const counts = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, 'Count']));

/** Documented: "CloudWatch metrics for your Application Load Balancer". Counts are reported if they are not 0. */
export function balancerMetrics(metrics: Metrics): BalancerMetrics {
  const namespace = 'AWS/ApplicationELB';
  const ofTargets = metrics.source({
    namespace,
    units: { RequestCount: 'Count', TargetResponseTime: 'Seconds', ...counts(classes('HTTPCode_Target', 2)) },
    dimensions: [['LoadBalancer'], ['LoadBalancer', 'TargetGroup']],
  });
  const ofBalancer = metrics.source({
    namespace,
    units: {
      ...counts([...classes('HTTPCode_ELB', 3), ...OWN_STATUSES.map((status) => `HTTPCode_ELB_${status}_Count`)]),
      ...{ ProcessedBytes: 'Bytes', HTTP_Redirect_Count: 'Count', HTTP_Fixed_Response_Count: 'Count' },
    },
    dimensions: [['LoadBalancer']],
  });
  const ofHosts = metrics.source({
    namespace,
    units: { HealthyHostCount: 'Count', UnHealthyHostCount: 'Count' },
    dimensions: [['LoadBalancer', 'TargetGroup']],
  });
  const stops: (() => void)[] = [];

  return {
    request({ id }, { status, target, targetStatus, targetTime, targetGroupArn = '', receivedBytes, sentBytes, actions }) {
      const dimensions = { LoadBalancer: id, TargetGroup: lastPart(targetGroupArn) };
      const own = targetStatus === undefined ? ownCounts(status) : {};
      const [action] = actions.slice(-1);
      ofBalancer(dimensions, {
        ...own,
        ProcessedBytes: receivedBytes + sentBytes,
        ...(action === 'redirect' ? { HTTP_Redirect_Count: 1 } : {}),
        ...(action === 'fixed-response' ? { HTTP_Fixed_Response_Count: 1 } : {}),
      });
      // Documented: only requests for which a target was chosen.
      if (target === undefined) return;
      ofTargets(dimensions, {
        RequestCount: 1,
        ...(targetTime === undefined ? {} : { TargetResponseTime: targetTime }),
        ...(targetStatus === undefined ? {} : { [`HTTPCode_Target_${Math.floor(targetStatus / 100)}XX_Count`]: 1 }),
      });
    },
    hosts(loadBalancers, { arn }, targets) {
      const count = (state: string) => [...targets()].filter(({ health }) => health.state === state).length;
      for (const { id } of loadBalancers) {
        for (const [name, state] of Object.entries(HOSTS)) {
          const metric = { namespace, name, dimensions: { LoadBalancer: id, TargetGroup: lastPart(arn) } };
          stops.push(metrics.observe(metric, 'Count', () => count(state)));
        }
      }
      return {
        changed() {
          const values = { HealthyHostCount: count('healthy'), UnHealthyHostCount: count('unhealthy') };
          for (const { id } of loadBalancers) ofHosts({ LoadBalancer: id, TargetGroup: lastPart(arn) }, values);
        },
      };
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

/** What the load balancer itself answered. A client that has gone got no answer (460), which is no class of its own. */
function ownCounts(status: number): Record<string, number> {
  const own = `${Math.floor(status / 100)}XX`;
  return {
    ...(status >= 300 && status < 600 ? { [`HTTPCode_ELB_${own}_Count`]: 1 } : {}),
    ...(OWN_STATUSES.includes(status) ? { [`HTTPCode_ELB_${status}_Count`]: 1 } : {}),
  };
}

/** `targetgroup/name/0123456789abcdef` */
function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
