import { rejectNothing, resourceOf } from './assembly/errors';
import type { Endpoint, JsonObject } from './contracts';
import { type OpenedEndpoint, openEndpoint } from './endpoint';
import { type KeyFindings, keyFindings } from './iam/key-findings';
import { unsupportedConditionKeys } from './iam/validate';
import { closing } from './process/closing';
import { NO_METRICS } from './process/no-metrics';
import { anyPorts, PLACES } from './process/ports';
import type { Capabilities, RunningService, SandboxContext, ServiceModule } from './service-module';
import { unknown } from './unknown';

/** Options for starting services. By default nothing is reported, and the start is not strict. */
export type StartOptions = Pick<SandboxContext, 'assembly' | 'engines' | 'clock'> &
  Partial<
    Pick<
      SandboxContext,
      | 'strict'
      | 'report'
      | 'onLog'
      | 'leaveOut'
      | 'reject'
      | 'hosts'
      | 'images'
      | 'ports'
      | 'customResources'
      | 'schedules'
      | 'accessLog'
      | 'functionsOnClock'
      | 'data'
    >
  > & {
    /** What the caller closes together with the services. */
    readonly running?: ReturnType<typeof closing>;
  };

export interface StartedServices {
  readonly endpoint: Endpoint;
  readonly use: SandboxContext['use'];
  /** Runs custom resources, opens APIs and starts event sources. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the endpoint with the policies of the services, and starts the services in order. Resources must be provisioned before. */
export async function startServices(services: readonly ServiceModule[], options: StartOptions): Promise<StartedServices> {
  const { assembly, engines, clock, running = closing() } = options;
  const reject = options.reject ?? rejectNothing;
  const ports = options.ports ?? anyPorts;
  const rejectUnknown = () => {
    if (options.strict ?? true) return;
    for (const { resource, message } of unknown(assembly, services)) reject(resource, new Error(message));
  };
  const opened = await openLeavingOut(services, { assembly, clock, reject, ports });
  await running.add(opened.endpoint);
  const capabilities: Partial<Capabilities> = { metrics: NO_METRICS };
  const context: SandboxContext = {
    ...{ assembly, engines, clock, ...opened },
    strict: options.strict ?? false,
    ...{ accessLog: options.accessLog, functionsOnClock: options.functionsOnClock, data: options.data },
    hosts: options.hosts ?? new Map(),
    images: options.images ?? new Map(),
    ports,
    report: options.report ?? (() => {}),
    onLog: options.onLog ?? (() => {}),
    leaveOut: options.leaveOut ?? (() => {}),
    reject,
    customResources: options.customResources ?? (() => true),
    schedules: options.schedules ?? (() => true),
    offer: (name, capability) => void Object.assign(capabilities, { [name]: capability }),
    use: (name) => offered(capabilities, name),
  };
  const started: [ServiceModule, RunningService][] = [];
  for (const service of services) {
    const one = await service.start?.(context);
    if (!one) continue;
    started.push([service, one]);
    await running.add({ close: async () => one.close?.() });
  }
  return {
    endpoint: opened.endpoint,
    use: context.use,
    async ready() {
      for (const [service, one] of started) {
        await one.ready?.();
        // All custom resources have run: a value that is missing now stays missing.
        if (service.runsCustomResources) rejectUnknown();
      }
    },
    close: running.close,
  };
}

/** Opens the endpoint. Policies that IAM would reject are left out, together with the resources that they are attached to. */
async function openLeavingOut(
  services: readonly ServiceModule[],
  { assembly, clock, reject, ports }: Pick<SandboxContext, 'assembly' | 'clock' | 'reject' | 'ports'>,
): Promise<OpenedEndpoint> {
  for (;;) {
    try {
      const resourcePolicies = resourcePoliciesOf(services, assembly);
      return await openEndpoint({ assembly, clock, resourcePolicies, port: ports(PLACES.endpoint) });
    } catch (error) {
      const resource = resourceOf(error);
      if (resource === undefined || assembly.leftOut.has(resource)) throw error;
      reject(resource, error as Error);
    }
  }
}

/** Every resource policy of an assembly, by the ARN of its resource. */
export function resourcePoliciesOf(
  services: readonly ServiceModule[],
  assembly: SandboxContext['assembly'],
): ReadonlyMap<string, JsonObject> {
  return new Map(services.flatMap((service) => [...(service.resourcePolicies?.(assembly) ?? [])]));
}

/** The condition keys that policies of the assembly use and the endpoint does not fill in. */
export function unsupportedConditionKeysOf(services: readonly ServiceModule[], assembly: SandboxContext['assembly']): readonly string[] {
  return unsupportedConditionKeys(assembly, resourcePoliciesOf(services, assembly));
}

/** Findings about the keys that services use. */
export function keyFindingsOf(services: readonly ServiceModule[], assembly: SandboxContext['assembly']): KeyFindings {
  const uses = services.flatMap((service) => service.keyUses?.(assembly) ?? []);
  return keyFindings(assembly, resourcePoliciesOf(services, assembly), uses);
}

function offered<Name extends keyof Capabilities>(capabilities: Partial<Capabilities>, name: Name): Capabilities[Name] {
  const capability = capabilities[name];
  if (!capability) throw new Error(`No started service offers ${name}: check the order in services/index.ts`);
  return capability as Capabilities[Name];
}
