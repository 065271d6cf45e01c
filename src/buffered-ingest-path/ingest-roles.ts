import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { CONSUMER_ACTIONS, keyUse, PRODUCER_ACTIONS } from '../core/private/key-use';
import type { IngestQueues } from './queues';

/** Lets the writer's role receive from the queues. The event sources use it, too, to poll the queues. */
export function grantConsume({ queue, retryQueue }: IngestQueues, key: IKey, role: Role): void {
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'];
  role.addToPolicy(new PolicyStatement({ actions, resources: [queue.queueArn, retryQueue.queueArn] }));
  role.addToPolicy(keyUse(key, { service: 'sqs', region: queue.env.region }, CONSUMER_ACTIONS));
}

/** Creates the role with which API Gateway sends messages to the queue, as the child `ApiRole`. */
export function createApiRole(scope: Construct, { queue }: IngestQueues, key: IKey): Role {
  const role = new Role(scope, 'ApiRole', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
  role.addToPolicy(keyUse(key, { service: 'sqs', region: queue.env.region }, PRODUCER_ACTIONS));
  return role;
}
