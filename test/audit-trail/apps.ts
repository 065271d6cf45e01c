import { Duration, type Stack } from 'aws-cdk-lib';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { ManagementEvents, TenantTable } from '../../src';
import { notified } from '../notified';
import { secureFunction } from '../secure-function/fixtures';
import { dataLake } from '../streaming-data-lake/fixtures';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { auditTrail } from './fixtures';

export function minimal(stack: Stack): void {
  auditTrail(stack);
}

export function maximal(stack: Stack): void {
  const data = new TenantTable(stack, 'Data', { tenancy });
  const { bucket } = dataLake(stack);
  const reader = secureFunction(stack);
  const trail = auditTrail(stack, {
    tables: [data.table],
    buckets: [bucket],
    functions: [reader.function],
    managementEvents: ManagementEvents.changes(),
    retention: ObjectLockRetention.compliance(Duration.days(400)),
    regions: ['eu-west-1', 'eu-central-1'],
    name: 'luca',
  });
  trail.grants.query(reader);
  trail.grants.validate(reader);
  notified(stack, ...trail.alarms.all());
}
