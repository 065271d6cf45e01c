import { Duration, Size, type Stack } from 'aws-cdk-lib';
import { LakeColumn, LakeLayout, LakeSource, StreamingDataLake, TenantRole, TenantTable } from '../../src';
import { notified } from '../notified';
import { secureFunction } from '../secure-function/fixtures';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { everyType } from './fixtures';

export function minimal(stack: Stack): void {
  new StreamingDataLake(stack, 'Lake', {
    source: LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy })),
    columns: [LakeColumn.double('score')],
  });
}

export function maximal(stack: Stack): void {
  const data = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) });
  const lake = new StreamingDataLake(stack, 'Lake', {
    source: LakeSource.tableStream(data, { correlationAttribute: 'correlationId', deletionAttribute: 'deletedAt' }),
    columns: everyType,
    layout: LakeLayout.perTenant(),
    name: 'luca-lake',
    tableName: 'grades',
    bufferInterval: Duration.minutes(1),
    bufferSize: Size.mebibytes(64),
    scanLimit: Size.mebibytes(100),
    firstYear: 2025,
  });
  const tenants = new TenantRole(stack, 'Analysts', { tenancy });
  const reports = secureFunction(stack);
  tenants.grants.openSessions(reports);
  lake.grants.tenantRead(tenants);
  lake.grants.queryAllTenants(reports);
  lake.grants.replay(reports);
  lake.addQuery('averages', {
    description: 'The average score of each student.',
    sql: 'SELECT student_id, avg(score) AS average FROM grades_current WHERE school = ? GROUP BY student_id',
    parameters: ["the school, such as 'north-high'"],
  });
  notified(stack, ...lake.alarms.all());
}
