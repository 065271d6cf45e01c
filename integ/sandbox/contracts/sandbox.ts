import type { Alarms } from './alarms';
import type { RestApis } from './apis';
import type { Assembly, Resource } from './assembly';
import type { Clock } from './clock';
import type { ContainerServices } from './containers';
import type { Coverage } from './coverage';
import type { Endpoint } from './endpoint';
import type { Engines } from './engines';
import type { Events } from './events';
import type { Functions } from './functions';
import type { LoadBalancers } from './load-balancers';
import type { LogLine, LogSink } from './logs';
import type { Metrics } from './metrics';
import type { Network } from './network';
import type { Queries } from './queries';
import type { Schedules } from './schedules';
import type { Stacks } from './stacks';
import type { StateMachines } from './state-machines';
import type { DeliveryStreams, Pipes } from './streams';
import type { Topics } from './topics';
import type { Traces } from './traces';
import type { Trails } from './trails';
import type { UserPools } from './user-pools';

export interface SandboxOptions {
  /** @default 1 */
  readonly speed?: number;
  /**
   * Functions for Node.js whose `Date` and timers follow the sandbox's clock instead of this machine's, for code that computes times of waits
   * and leases. Intervals do not. Tokens of user pools have this machine's time: functions that verify them should have it, too.
   *
   * @default none
   */
  readonly functionsOnClock?: (resource: Resource) => boolean;
  /**
   * Whether the start fails for unsupported types, unsupported values and custom resources that fail. Otherwise they are reported and left
   * out.
   *
   * @default false
   */
  readonly strict?: boolean;
  /**
   * Simulate an account and Region in which nothing is set up: what other deployments or administrators would have created (API Gateway's
   * log role) exists only if the assembly creates it before it is needed.
   *
   * @default false
   */
  readonly freshAccount?: boolean;
  /**
   * Which custom resources run at the start, before APIs are served. Assertions of an integration test need the whole system, so that their
   * runner starts them afterwards.
   *
   * @default all but `Custom::DeployAssert@…`
   */
  readonly customResources?: (resource: Resource) => boolean;
  /**
   * Which schedules of EventBridge Scheduler run, and which rules with a schedule. A test that invokes the target itself needs those of others only.
   *
   * @default all
   */
  readonly schedules?: (resource: Resource) => boolean;
  /**
   * How values are written to the access logs of APIs: escaped, as observed on AWS, or raw, to test formats that must not rely on escaping.
   *
   * @default 'escaped'
   */
  readonly accessLog?: 'escaped' | 'raw';
  /**
   * External hosts that HTTP integrations and functions may call, each with the server that receives the requests:
   * `{ 'https://api.example.com': 'http://127.0.0.1:8080' }`. A host that is mapped to itself is called directly.
   *
   * @default nothing leaves this machine
   */
  readonly map?: Readonly<Record<string, string>>;
  /**
   * Folders with a Dockerfile for container images that are only names: `{ 'public.ecr.aws/nginx/nginx:1.27': 'images/nginx' }`. A name
   * without a tag stands for all tags.
   *
   * @default only images that are assets of the assembly run
   */
  readonly images?: Readonly<Record<string, string>>;
  /**
   * The port of the endpoint. APIs use the following ports, and user pools those from 50 higher.
   *
   * @default free ports
   */
  readonly port?: number;
  /**
   * A folder for data that survives `kill -9` of this process. A start with the same folder within ten minutes continues: tables, buckets,
   * queues, secrets and users are as they were, the clock goes on, and executions of Standard state machines continue in the state that they
   * were in. `close` removes the folder. What other services have in memory is lost: parameters that callers have put, logs, and the
   * positions of pipes, delivery streams and event source mappings in streams.
   *
   * @default the data ends with the process
   */
  readonly data?: string;
  /**
   * What to do if one of these ports is in use.
   *
   * @default 'fail'
   */
  readonly portTaken?: 'fail' | 'another';
  /** Reports progress. */
  readonly report?: (line: string) => void;
  /** Called for every log line, including those of custom resources at the start. */
  readonly onLog?: (line: LogLine) => void;
}

export interface Sandbox {
  readonly assembly: Assembly;
  readonly coverage: Coverage;
  readonly clock: Clock;
  readonly engines: Engines;
  readonly endpoint: Endpoint;
  readonly logs: LogSink;
  readonly functions: Functions;
  readonly userPools: UserPools;
  readonly restApis: RestApis;
  readonly network: Network;
  readonly loadBalancers: LoadBalancers;
  readonly containerServices: ContainerServices;
  readonly stacks: Stacks;
  readonly stateMachines: StateMachines;
  readonly pipes: Pipes;
  readonly deliveryStreams: DeliveryStreams;
  /** The trails of CloudTrail. */
  readonly trails: Trails;
  readonly queries: Queries;
  readonly traces: Traces;
  readonly schedules: Schedules;
  readonly topics: Topics;
  readonly metrics: Metrics;
  readonly alarms: Alarms;
  readonly events: Events;
  close(): Promise<void>;
}
