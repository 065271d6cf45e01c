import type { Metrics } from '../../contracts';
import type { ServiceDefinition } from './scheduling/service-definition';
import { memoryOf, type Parents, processorTimeOf, readParents } from './tasks/memory';
import type { Task } from './tasks/task-types';

/** The metrics of services. */
export interface ServiceMetrics {
  observe(service: Pick<ServiceDefinition, 'cluster' | 'name'>, tasks: () => readonly MeasuredTask[]): void;
  close(): void;
}

/** What is measured of a task. */
export type MeasuredTask = Pick<Task, 'lastStatus'> & {
  readonly definition: Pick<Task['definition'], 'cpu' | 'memory'>;
  readonly containers: readonly { readonly container?: { readonly pid: number } }[];
};

/** Documented: 1,024 CPU units are one vCPU. */
const UNITS_PER_PROCESSOR = 1024;
/** The metrics of a minute are read one after another, and all services from the same processes. */
const SAME_READING_MS = 100;

/**
 * Documented: "Amazon ECS CloudWatch metrics": what the tasks of a service use, of what their task definition reserves. The processor time
 * is that of this machine, in this machine's time, at any speed of the clock.
 */
export function serviceMetrics(metrics: Metrics): ServiceMetrics {
  const namespace = 'AWS/ECS';
  metrics.source({
    namespace,
    units: { CPUUtilization: 'Percent', MemoryUtilization: 'Percent' },
    dimensions: [['ClusterName', 'ServiceName']],
  });
  const stops: (() => void)[] = [];
  let last: { readonly at: number; readonly parents: Parents } | undefined;
  const parents = () => {
    if (last === undefined || performance.now() - last.at > SAME_READING_MS) last = { at: performance.now(), parents: readParents() };
    return last.parents;
  };
  return {
    observe({ cluster: ClusterName, name: ServiceName }, tasks) {
      const dimensions = { ClusterName, ServiceName };
      const running = () => tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING');
      stops.push(metrics.observe({ namespace, name: 'MemoryUtilization', dimensions }, 'Percent', () => memoryShare(running(), parents())));
      const processorShare = processorMeter();
      stops.push(metrics.observe({ namespace, name: 'CPUUtilization', dimensions }, 'Percent', () => processorShare(running(), parents())));
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

function memoryShare(tasks: readonly MeasuredTask[], parents: Parents): number | undefined {
  const reserved = tasks.reduce((sum, { definition: { memory = 0 } }) => sum + memory, 0);
  return reserved === 0 ? undefined : (100 * sumOf(memoryOf(pidsOf(tasks), parents))) / reserved;
}

/** The share since the reading before; a task that has started since then counts from the next one. */
function processorMeter(): (tasks: readonly MeasuredTask[], parents: Parents) => number | undefined {
  let before: { readonly at: number; readonly used: ReadonlyMap<number, number> } | undefined;
  return (tasks, parents) => {
    const now = { at: performance.now(), used: processorTimeOf(pidsOf(tasks), parents) };
    const last = before;
    before = now;
    const reserved = tasks.reduce((sum, { definition: { cpu = '0' } }) => sum + Number(cpu), 0) / UNITS_PER_PROCESSOR;
    if (last === undefined || reserved === 0) return undefined;
    let used = 0;
    for (const [pid, seconds] of now.used) used += Math.max(0, seconds - (last.used.get(pid) ?? seconds));
    return (100 * used) / reserved / ((now.at - last.at) / 1000);
  };
}

function pidsOf(tasks: readonly MeasuredTask[]): number[] {
  return tasks.flatMap(({ containers }) => containers.flatMap(({ container }) => (container === undefined ? [] : [container.pid])));
}

function sumOf(values: ReadonlyMap<number, number>): number {
  return [...values.values()].reduce((sum, one) => sum + one, 0);
}
