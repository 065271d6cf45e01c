import { randomBytes } from 'node:crypto';
import type { Assembly, Network } from '../../contracts';
import type { TaskDefinition } from './task-definition';
import { startTask } from './tasks/task';
import type { Task, TaskContext } from './tasks/task-types';

/** Where a task gets its network interface. */
export interface Placement {
  readonly cluster: string;
  readonly group: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly publicIp: boolean;
  /** For messages: `Shop.Service`. */
  readonly owner: string;
}

/** Starts tasks, and remembers them. */
export interface Launcher {
  launch(definition: TaskDefinition, placement: Placement): Task;
  /** With those that stopped within the last hour. */
  tasks(): readonly Task[];
  find(arnOrId: string): Task | undefined;
  /** Ends all processes. */
  close(): Promise<void>;
}

/** Documented: "DescribeTasks" (Amazon ECS API Reference): stopped tasks appear for at least one hour. */
const REMEMBERED_MS = 3_600_000;

export function createLauncher(context: TaskContext): Launcher {
  const { assembly, network, clock } = context;
  let tasks: Task[] = [];
  const numbers = new Map<string, number>();
  return {
    launch(definition, placement) {
      const number = (numbers.get(placement.owner) ?? 0) + 1;
      numbers.set(placement.owner, number);
      const owner = `${placement.owner} task ${number}`;
      const task = startTask(context, {
        ...{
          arn: arnOf(assembly, `task/${placement.cluster}/${randomBytes(16).toString('hex')}`),
          group: placement.group,
          definition,
          owner,
        },
        clusterArn: arnOf(assembly, `cluster/${placement.cluster}`),
        networkInterface: attach(network, owner, placement, number),
      });
      tasks = [...tasks.filter(({ stoppedAt }) => stoppedAt === undefined || stoppedAt > clock.now() - REMEMBERED_MS), task];
      return task;
    },
    tasks: () => tasks,
    find: (arnOrId) => tasks.find(({ arn }) => arn === arnOrId || arn.endsWith(`/${arnOrId}`)),
    async close() {
      const running = tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
      const stops = running.map((task) => task.stop('The sandbox is closing', 'UserInitiated'));
      // Nothing waits for a graceful stop when the run ends.
      for (const task of running) task.kill();
      await Promise.all(stops);
    },
  };
}

/** Tasks are spread over the subnets in turn. */
function attach(network: Network, owner: string, { subnets, securityGroups, publicIp }: Placement, number: number) {
  return network.attach(owner, subnets[(number - 1) % subnets.length], securityGroups, { publicIp });
}

export function arnOf({ partition, region, account }: Assembly, resource: string): string {
  return `arn:${partition}:ecs:${region}:${account}:${resource}`;
}
