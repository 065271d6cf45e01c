import type { TaskDefinition } from '../task-definition';
import { announceDeployment, announceSteadyState } from './announce';
import { shiftTraffic } from './blue-green';
import { breakCircuit } from './circuit-breaker';
import { active, type Deployment, finish, type Side } from './deployment';
import { replaceTasks } from './rolling';
import type { ServiceDefinition } from './service-definition';
import { begin, record, type SchedulerOptions, type ServiceEvent, type ServiceState } from './service-state';
import { isHealthy, stopUnhealthy } from './task-health';

/** A service that keeps its tasks running. */
export interface RunningService {
  readonly definition: ServiceDefinition;
  readonly desiredCount: number;
  /** The newest first: the primary one, then those that it replaces. */
  readonly deployments: readonly Deployment[];
  readonly events: readonly ServiceEvent[];
  /** The first deployment: resolves when it is complete, rejects if it fails. */
  readonly started: Promise<void>;
  /** Replaces every task. Resolves when the deployment is complete, rejects if it fails. */
  deploy(version?: TaskDefinition): Promise<void>;
  scale(desiredCount: number): void;
  close(): Promise<void>;
}

const TICK_MS = 500;

/** Keeps the tasks of a service running, in rounds. Documented: "Amazon ECS services". */
export function startService(options: SchedulerOptions, first: TaskDefinition): RunningService {
  const { definition, clock } = options;
  const closing = new AbortController();
  let round = new AbortController();
  const state: ServiceState = {
    ...options,
    ...{ desiredCount: definition.desiredCount, deployments: [], events: [], waiting: new Map(), closing },
    wake: () => round.abort(),
  };
  const deploy = (version = state.deployments[0]?.definition ?? first) => begin(state, version, nextSide(state));
  const started = deploy(first);

  async function schedule(): Promise<void> {
    while (!closing.signal.aborted) {
      round = new AbortController();
      stopUnhealthy(state);
      breakCircuit(state);
      if (definition.blueGreen === undefined) replaceTasks(state);
      else shiftTraffic(state, definition.blueGreen);
      complete(state);
      await clock.sleep(TICK_MS, round.signal).catch(() => undefined);
    }
  }
  const scheduled = schedule();
  return {
    ...{ definition, started, events: state.events, deploy },
    get desiredCount() {
      return state.desiredCount;
    },
    get deployments() {
      return state.deployments;
    },
    scale(count) {
      state.desiredCount = count;
      state.wake();
    },
    async close() {
      closing.abort(new Error('The sandbox is closing'));
      state.wake();
      await scheduled;
    },
  };
}

/** A blue/green deployment uses the target group that has no traffic. */
function nextSide({ definition, completed }: ServiceState): Side {
  return definition.blueGreen !== undefined && completed?.side === 'targetGroupArn' ? 'alternateTargetGroupArn' : 'targetGroupArn';
}

function complete(state: ServiceState): void {
  const [primary, ...others] = state.deployments;
  if (primary.state !== 'IN_PROGRESS' || others.some(({ tasks }) => tasks.size > 0)) return;
  const own = active(primary);
  if (own.length !== state.desiredCount || !own.every((one) => isHealthy(state, one))) return;
  finish(primary, 'COMPLETED', `ECS deployment ${primary.id} completed.`, state.clock.now());
  announceDeployment(state, primary);
  state.deployments = [primary];
  state.completed = primary;
  record(state, 'has reached a steady state.');
  announceSteadyState(state);
  state.waiting.get(primary)?.resolve();
  state.waiting.clear();
}
