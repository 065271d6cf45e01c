import type { Address, Assembly, Clock, Endpoint, LogSink, Network, NetworkInterface } from '../../../contracts';
import type { Isolation } from '../../../engines';
import type { Run } from '../../../process/runs';
import type { Image } from '../images/image';
import type { ContainerDefinition, TaskDefinition } from '../task-definition';
import type { Container } from './container';
import type { Destinations } from './destinations';
import type { Health } from './health';

/** What tasks need of the run. */
export interface TaskContext {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly logs: LogSink;
  readonly network: Network;
  readonly isolation: Isolation;
  /** What tasks may name: more becomes known while the run starts. */
  destinations(): Destinations;
  /** All of the run, because a task may connect to the ports of others. */
  taskDefinitions(): readonly TaskDefinition[];
  /** The Python of the engines. */
  readonly python: string;
  /** A folder with a short path, for the tasks of the run. */
  readonly folder: string;
  readonly run: Run;
  imageOf(uri: string): Promise<Image>;
  /** Reports a problem, once. */
  report(message: string): void;
}

export interface TaskOptions {
  readonly arn: string;
  readonly clusterArn: string;
  /** `service:name` or `family:name`. */
  readonly group: string;
  readonly definition: TaskDefinition;
  /** For messages: `Shop.Service task 2`. */
  readonly owner: string;
  readonly networkInterface: NetworkInterface;
}

export type Status = 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

export interface ContainerState {
  readonly definition: ContainerDefinition;
  readonly id: string;
  container?: Container;
  status: 'PENDING' | 'RUNNING' | 'STOPPED';
  health: Health;
  exitCode?: number;
  reason?: string;
}

/** A running copy of a task definition. */
export interface Task extends TaskOptions {
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly lastStatus: Status;
  readonly stoppedReason?: string;
  readonly stopCode?: string;
  readonly containers: readonly ContainerState[];
  /** Of its essential containers together. Documented: "healthStatus" of Task (Amazon ECS API Reference). */
  readonly health: Health;
  /** Where a port of the task is on this machine. */
  address(port: number): Address;
  /** Resolves when its containers run; with false if it stopped before. */
  readonly running: Promise<boolean>;
  /** Resolves when it begins to stop. */
  readonly ending: Promise<void>;
  readonly stopped: Promise<void>;
  /** Sends the stop signal to each container, and ends it after its stop timeout. */
  stop(reason: string, code: string): Promise<void>;
  /** Ends all processes, like a failure of the host. */
  kill(): void;
}
