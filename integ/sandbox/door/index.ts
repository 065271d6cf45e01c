import type { Assembly, Call, Check, Clock, DenialNotice, Door, DoorService, Engines } from '../contracts';
import { createFaults } from './faults';
import { openPolicies } from './policies';
import { startServer } from './server';
import { dynamodbService } from './services/dynamodb';
import { s3Service } from './services/s3';
import { secretsManagerService } from './services/secretsmanager';
import { sqsService } from './services/sqs';
import { stsService } from './services/sts';
import { createSessions } from './sessions';

export { type KeyFindings, keyFindings } from './key-problems';
export { knowledge } from './knowledge';

/** How long a service holds credentials of a role before it gets new ones. */
const SERVICE_SESSION = 12 * 3_600_000;

/**
 * Opens the one way to the engines, on a free port of 127.0.0.1: it knows its callers by their signature and asks the policies of
 * the template before anything is done. Serves dynamodb, s3, secretsmanager, sqs and sts; other services are registered.
 * Rejects when a policy of the assembly is one that IAM would not store, naming it.
 */
export async function openDoor({ assembly, engines, clock }: { assembly: Assembly; engines: Engines; clock: Clock }): Promise<Door> {
  const { partition, account, region } = assembly;
  const policies = await openPolicies(assembly);
  const sessions = createSessions();
  const faults = createFaults();
  const services = new Map<string, DoorService>();
  const delays = new Map<string, number>();
  const listeners = new Set<(call: Call) => void>();
  const root = sessions.open({ arn: `arn:${partition}:iam::${account}:root`, tags: {}, userId: account });
  const denialListeners = new Set<(denial: DenialNotice) => void>();
  const tellDenial = (denial: DenialNotice) => {
    for (const listener of denialListeners) {
      listener(denial);
    }
  };
  const tell = (call: Call) => {
    for (const listener of listeners) {
      listener(call);
    }
  };
  const server = await startServer({ services, sessions, policies, faults, clock, region, delays, tell, tellDenial });
  const dynamodb = dynamodbService(assembly, engines.dynamodb);
  const sqs = sqsService(assembly, engines.ministack, clock, policies.documents.resource, server.url);
  const s3 = s3Service(assembly, engines.ministack, policies, sessions);
  const secrets = secretsManagerService(assembly, engines.ministack);
  const register = (service: DoorService) => {
    if (services.has(service.name)) {
      throw new Error(`The door serves ${service.name} already`);
    }
    services.set(service.name, service);
  };
  for (const service of [dynamodb, s3, secrets, sqs, stsService(assembly, policies, sessions, clock)]) {
    register(service);
  }

  return {
    url: server.url,
    register,
    assumeAsService(roleArn, service, sessionName, sourceArn) {
      const role = policies.documents.role(roleArn);
      const check: Check = { action: 'sts:AssumeRole', resource: roleArn, context: { 'sts:RoleSessionName': sessionName } };
      const message = role ? policies.forService(service, sourceArn, check) : `${roleArn} is not a role of the assembly`;
      if (!role || message !== undefined) {
        tellDenial({ principal: service, check, message: message ?? '' });
        throw new Error(`AccessDenied: ${message}`);
      }
      // Read here, so that a managed policy that is not understood is told to who starts the thing, not to each call.
      role.identity();
      role.boundary();
      const arn = `arn:${partition}:sts::${account}:assumed-role/${role.name}/${sessionName}`;
      return sessions.open({ arn, roleArn, tags: {}, userId: `${role.id}:${sessionName}`, lifetime: clock.real(SERVICE_SESSION) })
        .credentials;
    },
    administrator: () => root.credentials,
    denial(caller, check) {
      const [principal, message] =
        'service' in caller
          ? [caller.service, policies.forService(caller.service, caller.sourceArn, check)]
          : [caller.roleArn, policies.forRole(caller.roleArn, check)];
      if (message !== undefined) {
        tellDenial({ principal, check, message });
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
    async close() {
      await server.close();
      dynamodb.close();
      s3.close();
      secrets.close();
      sqs.close();
    },
  };
}
