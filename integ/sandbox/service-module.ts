import type {
  Alarms,
  Assembly,
  Clock,
  Connections,
  ContainerServices,
  DeliveryStreams,
  Endpoint,
  Engines,
  Events,
  Functions,
  JsonObject,
  LoadBalancers,
  LogDeliveries,
  LogLine,
  LogSink,
  Metrics,
  Network,
  Pipes,
  Problem,
  Queries,
  Resource,
  ResourceType,
  RestApis,
  SandboxOptions,
  Schedules,
  Stacks,
  StateMachines,
  Topics,
  Traces,
  Trails,
  UserPools,
  WebAcls,
} from './contracts';
import type { LakeEngine } from './engines';
import type { Policies } from './iam';
import type { KeyUse } from './iam/key-uses';
import type { Sessions } from './iam/sessions';
import type { Hosts } from './process/hosts';
import type { Ports } from './process/ports';

/** What a service offers to other services. Services use each other through this, never by import. */
export interface Capabilities {
  readonly logs: LogSink;
  readonly logDeliveries: LogDeliveries;
  readonly functions: Functions;
  readonly webAcls: WebAcls;
  readonly userPools: UserPools;
  readonly restApis: RestApis;
  readonly network: Network;
  readonly loadBalancers: LoadBalancers;
  readonly containerServices: ContainerServices;
  readonly stacks: Stacks;
  readonly stateMachines: StateMachines;
  readonly pipes: Pipes;
  readonly deliveryStreams: DeliveryStreams;
  readonly queries: Queries;
  readonly lake: LakeEngine;
  readonly traces: Traces;
  readonly trails: Trails;
  readonly connections: Connections;
  readonly schedules: Schedules;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly topics: Topics;
  readonly alarms: Alarms;
}

/** What a service can use while it starts and runs. */
export interface SandboxContext {
  readonly assembly: Assembly;
  readonly clock: Clock;
  readonly engines: Engines;
  readonly endpoint: Endpoint;
  readonly policies: Policies;
  readonly sessions: Sessions;
  /** Selects the custom resources that run at the start. */
  readonly customResources: (resource: Resource) => boolean;
  /** Selects the schedules that run, and the rules with a schedule. */
  readonly schedules: (resource: Resource) => boolean;
  /** External hosts that may be called, each with the server that receives the requests. */
  readonly hosts: Hosts;
  /** The folders that stand for container images, by their names. */
  readonly images: ReadonlyMap<string, string>;
  /** The ports for servers. */
  readonly ports: Ports;
  /** A folder for what must be kept if the process is killed. @default - in memory */
  readonly data?: string;
  /** Whether a failure at the start stops the sandbox instead of being reported. */
  readonly strict: boolean;
  /** How values are written to access logs: escaped, as observed on AWS since 2024, or raw, as before. */
  readonly accessLog?: SandboxOptions['accessLog'];
  /** Functions whose `Date` has the time of the clock. */
  readonly functionsOnClock?: SandboxOptions['functionsOnClock'];
  onLog(line: LogLine): void;
  /** Reports progress and problems to the user. */
  report(line: string): void;
  /** Reports a value that is left out, once. */
  leaveOut(problem: string): void;
  /**
   * Leaves out a resource that cannot be created or run, and reports it.
   *
   * @throws the reason if the start is strict
   */
  reject(resource: Resource, reason: Error): void;
  offer<Name extends keyof Capabilities>(name: Name, capability: Capabilities[Name]): void;
  /** @throws if no service that started earlier offers it */
  use<Name extends keyof Capabilities>(name: Name): Capabilities[Name];
}

/** What the user says about the run beside the assembly. */
export type Settings = Pick<SandboxContext, 'hosts' | 'images'>;

/** What a service needs to create the resources of the assembly. */
export type ProvisionContext = Pick<SandboxContext, 'assembly' | 'engines' | 'clock' | 'reject'>;

export interface RunningService {
  /** Called in order after every service has started: custom resources run, APIs open, event sources poll. */
  ready?(): Promise<void>;
  close?(): Promise<void>;
}

/** One AWS service of the sandbox: a folder under services/ and a line in services/index.ts. */
export interface ServiceModule {
  readonly types: readonly ResourceType[];
  /** Types whose properties are read only after custom resources have run, because they may refer to a custom resource's data. */
  readonly late?: readonly string[];
  /** Resources that AWS would reject at deployment or that the sandbox can't run. They are left out; with `strict` they stop the start. */
  invalid?(assembly: Assembly, settings: Settings): readonly Problem[];
  /** Unsupported values of supported resources, one line each. They are left out; with `strict` they stop the start. */
  unsupported?(assembly: Assembly, settings: Settings): readonly string[];
  /** The properties in which its resources name customer managed keys. */
  keyUses?(assembly: Assembly): readonly KeyUse[];
  /** Whether this service runs custom resources when it becomes ready. */
  readonly runsCustomResources?: true;
  /** What AWS would reject in an account and Region in which nothing is set up. */
  missingInFreshAccount?(assembly: Assembly): readonly string[];
  /** Resource policies by the ARN of the resource that they are attached to. */
  resourcePolicies?(assembly: Assembly): ReadonlyMap<string, JsonObject>;
  /** Downloads programs and builds images while the engines start. */
  prepare?(assembly: Assembly, report: (line: string) => void, settings: Settings): Promise<void>;
  /** Creates the resources of the assembly in the engines. */
  provision?(context: ProvisionContext): Promise<void>;
  /** Registers the service at the endpoint and starts its servers. */
  start?(context: SandboxContext): Promise<RunningService> | RunningService;
}
