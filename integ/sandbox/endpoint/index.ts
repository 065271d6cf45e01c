import type {
  Assembly,
  Call,
  Check,
  Clock,
  DenialCaller,
  DenialNotice,
  Endpoint,
  EndpointService,
  JsonObject,
  ServiceRequest,
} from '../contracts';
import { openPolicies, type Policies } from '../iam';
import { createSessions, type Sessions } from '../iam/sessions';
import type { Port } from '../process/ports';
import { createFaults } from './faults';
import { startServer } from './server';

/** How long a service uses the credentials of a role before it gets new ones. */
const SERVICE_SESSION_MS = 12 * 3_600_000;

export interface EndpointOptions {
  readonly assembly: Assembly;
  readonly clock: Clock;
  /** Resource policies of queues, buckets, keys and so on, by the ARN of the resource. */
  readonly resourcePolicies: ReadonlyMap<string, JsonObject>;
  /** @default a free port */
  readonly port?: Port;
}

/** The endpoint, with what services need from it. */
export interface OpenedEndpoint {
  readonly endpoint: Endpoint;
  readonly policies: Policies;
  readonly sessions: Sessions;
}

/**
 * Opens the endpoint of all services on a free port of 127.0.0.1. It finds the caller by the signature and evaluates the policies of the
 * template before it executes a call. Rejects if the assembly has a policy that IAM would not accept, and names it.
 */
export async function openEndpoint({ assembly, clock, resourcePolicies, port }: EndpointOptions): Promise<OpenedEndpoint> {
  const { partition, account, region } = assembly;
  const policies = openPolicies(assembly, resourcePolicies, clock.now);
  const sessions = createSessions(clock.now);
  const faults = createFaults();
  const services = new Map<string, EndpointService>();
  const delays = new Map<string, number>();
  const listeners = new Set<(call: Call, request: ServiceRequest) => void>();
  const root = sessions.open({ arn: `arn:${partition}:iam::${account}:root`, tags: {}, userId: account });
  const denialListeners = new Set<(denial: DenialNotice) => void>();
  const recordDenial = (denial: DenialNotice) => {
    for (const listener of denialListeners) {
      listener(denial);
    }
  };
  const record = (call: Call, request: ServiceRequest) => {
    for (const listener of listeners) {
      listener(call, request);
    }
  };
  const whyLeftOut = (arn: string) => assembly.whyLeftOut(arn);
  const server = await startServer({ services, sessions, policies, faults, clock, region, delays, whyLeftOut, port, record, recordDenial });
  const register = (service: EndpointService) => {
    if (services.has(service.name)) {
      throw new Error(`The endpoint already serves ${service.name}`);
    }
    services.set(service.name, service);
  };

  const decided = (caller: DenialCaller, check: Check): readonly [principal: string, message: string | undefined] => {
    if ('service' in caller) return [caller.service, policies.forService(caller.service, caller.sourceArn, check)];
    if ('account' in caller) return [caller.account, policies.forAccount(caller.account, check)];
    return [caller.roleArn, policies.forRole(caller.roleArn, check)];
  };

  const endpoint: Endpoint = {
    url: server.url,
    register,
    assumeAsService(roleArn, service, sessionName, sourceArn, context) {
      const role = policies.documents.role(roleArn);
      const check: Check = { action: 'sts:AssumeRole', resource: roleArn, context: { 'sts:RoleSessionName': sessionName } };
      const message = role ? policies.forService(service, sourceArn, check) : `${roleArn} is not a role of the assembly`;
      if (!role || message !== undefined) {
        recordDenial({ principal: service, check, message: message ?? '' });
        throw new Error(`AccessDenied: ${message}`);
      }
      // Read here, so that an unsupported managed policy is reported when the service starts, not at each call.
      role.identity();
      role.boundary();
      const arn = `arn:${partition}:sts::${account}:assumed-role/${role.name}/${sessionName}`;
      const userId = `${role.id}:${sessionName}`;
      return sessions.open({ arn, roleArn, tags: {}, userId, context, lifetime: clock.real(SERVICE_SESSION_MS) }).credentials;
    },
    call: server.call,
    administrator: () => root.credentials,
    denial(caller, check) {
      const [principal, message] = decided(caller, check);
      if (message !== undefined) {
        recordDenial({ principal, check, message });
      }
      return message;
    },
    onCall(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    onDenial(listener) {
      denialListeners.add(listener);
      return () => {
        denialListeners.delete(listener);
      };
    },
    inject: faults.inject,
    delay: (service, milliseconds) => {
      delays.set(service, milliseconds);
    },
    close: server.close,
  };
  return { endpoint, policies, sessions };
}
