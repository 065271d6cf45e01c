import { unreadable } from '../../assembly/properties';
import type { SandboxContext, ServiceModule } from '../../service-module';
import { callerWith } from '../../streams/service-caller';
import { BUS_POLICY, busNames, busPolicies, DEFAULT_BUS, readBusPolicy } from './bus';
import { CONNECTION, readConnection } from './connection';
import { createDeliverer } from './deliver';
import { types } from './resource-types';
import { RULE, readRule } from './rule';
import { createRules } from './run-rules';
import { withSecrets } from './secret-values';
import { eventsService } from './service';

/** EventBridge: buses with rules, and the connections that HTTP tasks of state machines use. */
export const events: ServiceModule = {
  types,
  late: [CONNECTION, RULE],
  invalid: (assembly) =>
    unreadable(assembly, [
      [CONNECTION, readConnection],
      [RULE, readRule],
      [BUS_POLICY, readBusPolicy],
    ]),
  resourcePolicies: busPolicies,
  start(context) {
    const { assembly, clock, endpoint, policies, report, use, offer } = context;
    offerConnections(context);
    const services = { logs: use('logs'), functions: () => use('functions'), topics: () => use('topics') };
    const deliverer = createDeliverer({ assembly, endpoint, clock, ...services });
    const rules = createRules({ assembly, clock, deliverer, report, metrics: use('metrics') });
    endpoint.register(eventsService(assembly, rules, policies.documents.resource));
    offer('events', { emit: (event) => void rules.put(DEFAULT_BUS, event), invocations: rules.invocations });
    return {
      async ready() {
        const buses = new Set(busNames(assembly));
        for (const resource of assembly.ofType(RULE)) {
          try {
            const rule = assembly.read(resource, readRule);
            if (!buses.has(rule.bus))
              throw new Error(`${RULE}.EventBusName ${rule.bus} is not an event bus of the assembly (${resource.id})`);
            rules.add(rule);
            if (context.schedules(resource)) rules.schedule(rule);
          } catch (error) {
            context.reject(resource, error as Error);
          }
        }
      },
      close: () => rules.close(),
    };
  },
};

function offerConnections({ assembly, endpoint, offer }: SandboxContext): void {
  const deployer = callerWith(endpoint, assembly.region, () => endpoint.administrator());
  const secret = async (SecretId: string) =>
    String((await deployer.json('secretsmanager', 'secretsmanager', 'GetSecretValue', { SecretId })).SecretString);
  offer('connections', {
    async find(arn) {
      const found = assembly.ofType(CONNECTION).find((resource) => assembly.attribute(resource, 'Arn') === arn);
      return found === undefined ? undefined : withSecrets(assembly.read(found, readConnection), secret);
    },
  });
}
