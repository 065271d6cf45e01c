import type {
  Assembly,
  Clock,
  Endpoint,
  Engines,
  Functions,
  JsonObject,
  LogLine,
  LogSink,
  Problem,
  Resource,
  ResourceType,
  RestApis,
  SandboxOptions,
  UserPools,
  WebAcls,
} from './contracts';
import type { Policies } from './iam';
import type { KeyUse } from './iam/key-uses';
import type { Sessions } from './iam/sessions';
import type { Hosts } from './process/hosts';
import type { Ports } from './process/ports';

/** What a service offers to others. A service reaches another one by this, never by an import. */
export interface Capabilities {
  readonly logs: LogSink;
  readonly functions: Functions;
  readonly webAcls: WebAcls;
  readonly userPools: UserPools;
  readonly restApis: RestApis;
}

/** What a service can use while it starts and runs. */
export interface SandboxContext {
  readonly assembly: Assembly;
  readonly clock: Clock;
  readonly engines: Engines;
  readonly endpoint: Endpoint;
  readonly policies: Policies;
  readonly sessions: Sessions;
  /** Which custom resources run at the start. */
  readonly customResources: (resource: Resource) => boolean;
  /** Hosts outside of this machine that may be called, and who answers for them. */
  readonly hosts: Hosts;
  /** Which ports servers should have. */
  readonly ports: Ports;
  /** A failure at the start stops the sandbox instead of being reported. */
  readonly strict: boolean;
  /** How access logs are written: as people have seen AWS do since 2024, or as before. */
  readonly accessLog?: SandboxOptions['accessLog'];
  onLog(line: LogLine): void;
  /** Progress and problems, for people. */
  report(line: string): void;
  /** Reports a value that is left out, once. */
  leaveOut(problem: string): void;
  /**
   * Leaves out a resource that cannot be made or run, and reports it.
   *
   * @throws the reason itself where the start is strict
   */
  reject(resource: Resource, reason: Error): void;
  offer<Name extends keyof Capabilities>(name: Name, capability: Capabilities[Name]): void;
  /** @throws when no service that started before offers it */
  use<Name extends keyof Capabilities>(name: Name): Capabilities[Name];
}

/** What a service makes the resources of the assembly with. */
export type ProvisionContext = Pick<SandboxContext, 'assembly' | 'engines' | 'clock' | 'reject'>;

export interface RunningService {
  /** Called when every service has started, in their order: custom resources run, APIs open, event sources poll. */
  ready?(): Promise<void>;
  close?(): Promise<void>;
}

/** One AWS service of the sandbox: a folder under services/, and a line in services/index.ts. */
export interface ServiceModule {
  readonly types: readonly ResourceType[];
  /** Types whose properties are read only when custom resources have run: what one says may stand in them. */
  readonly late?: readonly string[];
  /** Resources that AWS would reject at deployment, or that cannot run here: they are left out, or stop the start with `strict`. */
  invalid?(assembly: Assembly): readonly Problem[];
  /** Values that cannot run here of resources that do, one line for each: they are left out, or stop the start with `strict`. */
  unsupported?(assembly: Assembly, settings: Pick<SandboxContext, 'hosts'>): readonly string[];
  /** Where its resources name keys of customers. */
  keyUses?(assembly: Assembly): readonly KeyUse[];
  /** Whether custom resources run when it becomes ready. */
  readonly runsCustomResources?: true;
  /** What AWS would reject in an account and Region in which nothing has been set up. */
  missingInFreshAccount?(assembly: Assembly): readonly string[];
  /** Resource policies by the ARN of what they are attached to. */
  resourcePolicies?(assembly: Assembly): ReadonlyMap<string, JsonObject>;
  /** Fetches programs while the engines start. */
  prepare?(assembly: Assembly, report: (line: string) => void): Promise<void>;
  /** Makes the resources of the assembly in the engines. */
  provision?(context: ProvisionContext): Promise<void>;
  /** Registers at the endpoint, and starts what runs. */
  start?(context: SandboxContext): Promise<RunningService> | RunningService;
}
