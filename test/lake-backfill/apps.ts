import { Duration, Size, type Stack } from 'aws-cdk-lib';
import { LakeBackfill, LakeSource, TenantTable } from '../../src';
import { notified } from '../notified';
import { secureFunction } from '../secure-function/fixtures';
import { dataLake } from '../streaming-data-lake/fixtures';
import { tenancy } from '../tenant-isolated-api/fixtures';

export function minimal(stack: Stack): void {
  new LakeBackfill(stack, 'Backfill', { lake: dataLake(stack) });
}

export function maximal(stack: Stack): void {
  const data = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) });
  const backfill = new LakeBackfill(stack, 'Backfill', {
    lake: dataLake(stack, { source: LakeSource.tableStream(data) }),
    changedAtAttributes: ['updatedAt', 'createdAt'],
    sendRate: Size.mebibytes(2),
    name: 'luca-backfill',
  });
  backfill.grants.start(secureFunction(stack));
  notified(stack, ...backfill.alarms.all());
}
