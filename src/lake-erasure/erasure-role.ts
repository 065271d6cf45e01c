import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { resourceKeyUse } from '../core/private/key-use';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import type { StreamingDataLake } from '../streaming-data-lake';

/** Folders in which the function reads and writes objects, and removes versions. */
const FOLDERS = ['data/', 'quarantine/', 'backfill/', 'results/', 'rewrites/', 'erasures/'];

/** Allows a role what erasures need: queries in the workgroup of a lake, its objects with all versions, and items of the source. */
export function grantErasure(role: Role, lake: StreamingDataLake): void {
  const { bucket, databaseName: database, tableName, workgroupName } = lake;
  const stack = Stack.of(lake);
  const arn = (service: string, resource: string, resourceName?: string) => stack.formatArn({ service, resource, resourceName });
  const objects = FOLDERS.map((folder) => bucket.arnForObjects(`${folder}*`));
  const statements = [
    new PolicyStatement({
      actions: ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution', 'athena:StopQueryExecution'],
      resources: [arn('athena', 'workgroup', workgroupName)],
    }),
    new PolicyStatement({
      actions: ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable'],
      resources: [arn('glue', 'catalog'), arn('glue', 'database', database), arn('glue', 'table', `${database}/${tableName}`)],
    }),
    new PolicyStatement({ actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketVersions'], resources: [bucket.bucketArn] }),
    new PolicyStatement({
      actions: [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
      ],
      resources: objects,
    }),
    ...resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
    ...lake._source.erases(),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  const policy = role.node.findChild('DefaultPolicy');
  for (const resource of objects) {
    acknowledgeWildcard(policy, resource, 'The wildcard comes after a folder of the lake, in which any object can hold the items.');
  }
}
