import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { createServicePolicy } from '../core/private/function-service-policy';
import { limitRolePolicies } from '../core/private/limits';
import type { IngestQueues } from './queues';

/** Creates the role of the writer, as the child `WriterRole`. The event sources use it, too, to poll the queues. */
export function createWriterRole(scope: Construct, { queue, retryQueue }: IngestQueues, key: IKey, logGroup: LogGroup): Role {
  const role = new Role(scope, 'WriterRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'];
  role.addToPolicy(new PolicyStatement({ actions, resources: [queue.queueArn, retryQueue.queueArn] }));
  role.addToPolicy(useOfKey(queue, key, ['kms:Decrypt']));
  createServicePolicy(role);
  limitRolePolicies(role);
  return role;
}

/** Creates the role with which API Gateway sends messages to the queue, as the child `ApiRole`. */
export function createApiRole(scope: Construct, { queue }: IngestQueues, key: IKey): Role {
  const role = new Role(scope, 'ApiRole', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
  role.addToPolicy(useOfKey(queue, key, ['kms:GenerateDataKey', 'kms:Decrypt']));
  return role;
}

/** Documented: "Key management" in the SQS developer guide, permissions for producers and consumers. */
function useOfKey(queue: IQueue, key: IKey, actions: string[]): PolicyStatement {
  const conditions = { StringEquals: { 'kms:ViaService': `sqs.${queue.env.region}.amazonaws.com` } };
  return new PolicyStatement({ actions, resources: [key.keyArn], conditions });
}
