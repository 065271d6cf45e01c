import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { resourceKeyUse } from '../core/private/key-use';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { allowRewrites } from '../lake-rewrite/rewriting-role';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import type { StreamingDataLake } from '../streaming-data-lake';

const { quarantine, backfill, results, erasures } = LAKE_FOLDERS;

/** Allows a role what erasures need, besides rewriting folders: all objects that can hold items, the records, and items of the source. */
export function allowErasures(role: Role, lake: StreamingDataLake): void {
  const { bucket, workgroupName } = lake;
  allowRewrites(role, lake, { deletesVersions: true });
  const objects = [quarantine, backfill, results, erasures].map((folder) => bucket.arnForObjects(`${folder}*`));
  const workgroup = Stack.of(lake).formatArn({ service: 'athena', resource: 'workgroup', resourceName: workgroupName });
  const statements = [
    new PolicyStatement({ actions: ['athena:GetQueryResults'], resources: [workgroup] }),
    new PolicyStatement({
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
      resources: objects,
    }),
    ...lake._source.erases(),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  for (const resource of objects) {
    acknowledgeWildcard(
      role.node.findChild('DefaultPolicy'),
      resource,
      'The wildcard comes after a folder of the lake, in which any object can hold the items.',
    );
  }
}

/** Allows a role to open erasures, and to start the function that erases. */
export function allowOpening(role: Role, { bucket }: StreamingDataLake, eraseFunction: IFunction): void {
  const open = bucket.arnForObjects(`${erasures}open/*`);
  const statements = [
    new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [open] }),
    // To list a folder; and without it, S3 answers "access denied" for an object that does not exist.
    new PolicyStatement({ actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [bucket.bucketArn] }),
    ...resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [eraseFunction.functionArn] }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  acknowledgeWildcard(role.node.findChild('DefaultPolicy'), open, 'The wildcard comes after the folder of open erasures.');
}
