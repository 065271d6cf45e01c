import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
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
