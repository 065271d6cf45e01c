import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { resourceKeyUse } from '../core/private/key-use';
import { acknowledge, acknowledgeWildcard, REGULATED } from '../core/private/rule-packs';

/**
 * Creates the role of a delivery stream: it writes objects into folders of the bucket, and log events. Documented: "Grant Firehose access
 * to an Amazon S3 destination".
 */
export function createDeliveryRole(scope: Construct, id: string, bucket: IBucket, folders: readonly string[], logGroup: LogGroup): Role {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  const objects = folders.map((folder) => bucket.arnForObjects(`${folder}*`));
  const statements = [
    new PolicyStatement({
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    }),
    new PolicyStatement({ actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], resources: objects }),
    ...resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  const policy = role.node.findChild('DefaultPolicy');
  const logStreams = `${logGroup.logGroupArn}`;
  role.addToPolicy(new PolicyStatement({ actions: ['logs:PutLogEvents'], resources: [logStreams] }));
  for (const resource of objects) {
    acknowledgeWildcard(policy, resource, 'The wildcard comes after a folder of the lake: Firehose chooses the names of its objects.');
  }
  acknowledgeWildcard(policy, logStreams, 'The wildcard stands for the log streams of one log group.');
  acknowledge(
    policy,
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy is for this one role and names resources of this lake only. A managed policy could be attached elsewhere.',
  );
  return role;
}
