import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  LakeErasure,
  LakeSource,
  ReportSource,
  TenantDirectory,
  TenantFolder,
  TenantRemoval,
  type TenantRemovalProps,
  TenantTable,
} from '../../src';
import { govSync } from '../resilient-gov-sync/fixtures';
import { dataLake } from '../streaming-data-lake/fixtures';
import { tenancy } from '../tenant-isolated-api/fixtures';

/** A removal from a table of its own, with overrides. */
export function tenantRemoval(scope: Construct, props: Partial<TenantRemovalProps> = {}, id = 'Removal'): TenantRemoval {
  const directory = props.directory ?? new TenantDirectory(scope, `${id}Directory`, { tenancy });
  const tables = props.tables ?? [new TenantTable(scope, `${id}Data`, { tenancy })];
  return new TenantRemoval(scope, id, { ...props, directory, tables });
}

/** A removal from a table, a bucket, the lake of the table and a sync. */
export function removalFromAll(scope: Construct, props: Partial<TenantRemovalProps> = {}, id = 'Removal'): TenantRemoval {
  const data = new TenantTable(scope, `${id}Data`, { tenancy });
  const directory = props.directory ?? new TenantDirectory(scope, `${id}Directory`, { tenancy });
  const lake = dataLake(scope, { source: LakeSource.tableStream(data) }, `${id}Lake`);
  return tenantRemoval(
    scope,
    {
      directory,
      tables: [data],
      folders: [TenantFolder.inBucket(Bucket.fromBucketName(scope, `${id}Files`, `${id.toLowerCase()}-files`), 'reports/')],
      lakes: [new LakeErasure(scope, `${id}Erasure`, { lake })],
      syncs: [govSync(scope, { reports: ReportSource.lake(lake, { tenants: directory, fields: { score: 'score' } }) }, `${id}Government`)],
      ...props,
    },
    id,
  );
}
