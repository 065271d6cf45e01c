import type { Clock, Target } from '../../contracts';
import type { TargetGroup } from './definition';
import { check } from './health-check';
import { type Health, type RegisteredTarget, registeredTarget } from './target';

export interface RunningGroupParts {
  readonly clock: Clock;
  /** Whether a rule sends requests to the group. A group that is not used has no health checks. */
  readonly isUsed: boolean;
  /** Why the load balancer cannot connect to a target. */
  readonly blocked: (target: Target) => string | undefined;
  /** Called when a target changes its state. */
  readonly changed: (target: Target, health: Health) => void;
}

/** A target group with its targets. */
export interface RunningGroup {
  readonly definition: TargetGroup;
  readonly targets: ReadonlyMap<string, RegisteredTarget>;
  /** Every target that was ever registered: where its port is on this machine is known only from that. */
  readonly known: ReadonlyMap<string, Target>;
  register(target: Target): void;
  deregister(targetId: string): Promise<void>;
  /** The target of the next request; undefined if there is none. */
  choose(): RegisteredTarget | undefined;
  close(): void;
}

const INITIAL: Health = { state: 'initial', reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' };
const DRAINING: Health = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};
const UNUSED: Health = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};

export function runGroup(definition: TargetGroup, { clock, isUsed, blocked, changed }: RunningGroupParts): RunningGroup {
  const { healthCheck, algorithm, deregistrationDelay } = definition;
  const targets = new Map<string, RegisteredTarget>();
  const known = new Map<string, Target>();
  let turn = 0;

  const become = (one: RegisteredTarget, health: Health): void => {
    const before = one.health.state;
    one.health = health;
    if (before !== health.state) changed(one.target, health);
  };

  const watch = async (one: RegisteredTarget): Promise<void> => {
    let [passed, failed] = [0, 0];
    while (!one.stop.signal.aborted) {
      const problem = await check(healthCheck, one.target, blocked(one.target));
      if (one.stop.signal.aborted) return;
      [passed, failed] = problem ? [0, failed + 1] : [passed + 1, 0];
      // Documented: a new target needs one check that passes, and an unhealthy one as many as the threshold in a row.
      const needed = one.health.state === 'unhealthy' ? healthCheck.healthyThreshold : 1;
      if (problem && failed >= healthCheck.unhealthyThreshold) become(one, problem);
      if (!problem && passed >= needed) become(one, { state: 'healthy' });
      await clock.sleep(healthCheck.interval, one.stop.signal).catch(() => {});
    }
  };

  const remove = (one: RegisteredTarget): void => {
    one.stop.abort();
    one.agent.destroy();
    if (targets.get(one.target.id) === one) targets.delete(one.target.id);
  };

  return {
    ...{ definition, targets, known },
    register(target) {
      const { port } = healthCheck;
      if (port !== undefined && port !== target.port) {
        throw new Error(
          `${definition.title}: HealthCheckPort ${port} is not supported: the target ${target.id} has the port ${target.port}`,
        );
      }
      const before = targets.get(target.id);
      if (before) remove(before);
      const one = registeredTarget(target, definition);
      targets.set(target.id, one);
      known.set(target.id, target);
      become(one, isUsed ? INITIAL : UNUSED);
      if (isUsed) void watch(one);
    },
    async deregister(targetId) {
      const one = targets.get(targetId);
      if (!one || one.health.state === 'draining') return;
      one.stop.abort();
      become(one, DRAINING);
      // Documented: "If a deregistering target has no in-flight requests […], Elastic Load Balancing immediately completes the process."
      const idle = new Promise<void>((resolve) => {
        one.ended = () => one.inFlight === 0 && resolve();
        one.ended();
      });
      const late = new AbortController();
      await Promise.race([idle, clock.sleep(deregistrationDelay, late.signal).catch(() => {})]);
      late.abort();
      remove(one);
    },
    choose() {
      const all = [...targets.values()];
      const healthy = all.filter(({ health }) => health.state === 'healthy');
      // Documented: "If a target group contains only unhealthy registered targets, the load balancer routes requests to all those targets."
      const candidates = healthy.length > 0 ? healthy : all.filter(({ health }) => health.state === 'unhealthy');
      if (candidates.length === 0) return undefined;
      turn += 1;
      if (algorithm === 'round_robin') return candidates[turn % candidates.length];
      const least = Math.min(...candidates.map(({ inFlight }) => inFlight));
      const free = candidates.filter(({ inFlight }) => inFlight === least);
      return free[turn % free.length];
    },
    close() {
      for (const one of targets.values()) remove(one);
    },
  };
}
