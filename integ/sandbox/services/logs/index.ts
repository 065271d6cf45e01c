import { unreadable } from '../../assembly/properties';
import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import { DELIVERY_READERS, deliveriesOf, deliveryTypes } from './deliveries';
import { QUERY_DEFINITION, readDefinition } from './insights/queries';
import { keyUses } from './key-uses';
import { createLogSink } from './logs';
import { logGroupPolicies, resourcePolicyType } from './resource-policies';
import { logsService } from './service';

const logGroupName = (of: Identity) => of.name('LogGroupName', 512);

const logGroup: ResourceType = {
  type: 'AWS::Logs::LogGroup',
  support: 'runs',
  reason: 'keeps the last 10,000 lines of functions and access logs in memory',
  properties: supported(
    ['runs', 'LogGroupName'],
    ['template only: the last 10,000 lines are kept until the sandbox closes', 'RetentionInDays'],
    ['template only: lines are kept in memory', 'LogGroupClass'],
    ['evaluated', 'KmsKeyId'],
    ['AWS only: the sandbox does not mask data', 'DataProtectionPolicy'],
    ['AWS only: only functions and APIs of the sandbox write logs', 'ResourcePolicyDocument'],
    ['template only: log groups are not deleted before the sandbox closes', 'DeletionProtectionEnabled'],
    ['AWS only: the sandbox has no field indexes', 'FieldIndexPolicies'],
    ['template only: the sandbox does not read tags', 'Tags'],
  ),
  ref: logGroupName,
  attributes: { Arn: (of) => `arn:aws:logs:${of.region}:${of.account}:log-group:${logGroupName(of)}:*` },
};

const queryDefinition: ResourceType = {
  type: QUERY_DEFINITION,
  support: 'runs',
  reason: 'DescribeQueryDefinitions has it, and StartQuery runs what the saved queries of this repository use',
  properties: supported(
    ['runs', 'Name QueryString LogGroupNames QueryLanguage'],
    ['AWS only: the sandbox does not replace parameters in queries', 'Parameters.{Name,DefaultValue,Description}'],
  ),
  ref: (of) => uuid(of.token(32)),
  attributes: { QueryDefinitionId: (of) => uuid(of.token(32)) },
};

/** Log groups: the lines of functions, APIs, load balancers and containers, and those that programs write, in memory. */
export const logs: ServiceModule = {
  types: [logGroup, queryDefinition, resourcePolicyType, ...deliveryTypes],
  keyUses,
  invalid: (assembly) => unreadable(assembly, [...DELIVERY_READERS, [QUERY_DEFINITION, readDefinition]]),
  resourcePolicies: logGroupPolicies,
  start({ assembly, endpoint, offer, onLog }) {
    const sink = createLogSink();
    sink.onLine(onLog);
    endpoint.register(logsService(assembly, sink));
    offer('logs', sink);
    offer('logDeliveries', { of: (resourceArn, logType) => deliveriesOf(assembly, resourceArn, logType) });
    return {};
  },
};
