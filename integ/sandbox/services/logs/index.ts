import { unreadable } from '../../assembly/properties';
import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import { DELIVERY_READERS, deliveriesOf, deliveryTypes } from './deliveries';
import { keyUses } from './key-uses';
import { createLogSink } from './logs';

const logGroupName = (of: Identity) => of.name('LogGroupName', 512);

const logGroup: ResourceType = {
  type: 'AWS::Logs::LogGroup',
  support: 'runs',
  reason: 'what functions and the gateway write to it is kept for the run, the last 10,000 lines of each group',
  properties: supported(
    ['runs', 'LogGroupName'],
    ['template only: the last 10,000 lines are kept, as long as the run', 'RetentionInDays'],
    ['template only: lines are kept in memory', 'LogGroupClass'],
    ['evaluated', 'KmsKeyId'],
    ['AWS only: nothing is masked here', 'DataProtectionPolicy'],
    ['AWS only: only what runs in the sandbox writes', 'ResourcePolicyDocument'],
    ['template only: nothing is deleted before the run ends', 'DeletionProtectionEnabled'],
    ['AWS only: there is no index', 'FieldIndexPolicies'],
    ['template only: nothing here acts on tags', 'Tags'],
  ),
  ref: logGroupName,
  attributes: { Arn: (of) => `arn:aws:logs:${of.region}:${of.account}:log-group:${logGroupName(of)}:*` },
};

/** Log groups: lines of functions, APIs and load balancers, kept for the run. */
export const logs: ServiceModule = {
  types: [logGroup, ...deliveryTypes],
  keyUses,
  invalid: (assembly) => unreadable(assembly, DELIVERY_READERS),
  start({ assembly, offer, onLog }) {
    const sink = createLogSink();
    sink.onLine(onLog);
    offer('logs', sink);
    offer('logDeliveries', { of: (resourceArn, logType) => deliveriesOf(assembly, resourceArn, logType) });
    return {};
  },
};
