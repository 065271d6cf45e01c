import { App, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LakeColumn, LakeLayout, LakeSource, StreamingDataLake, Tenancy, TenantTable, Tier } from '../../../src';

/** Grades of schools in a lake of each layout, and a role that may query both. */
const app = new App();
const stack = new Stack(app, 'Pruning');
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const source = LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy }));
const reports = new Role(stack, 'Reports', { roleName: 'Reports', assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
const lake = (id: string, name: string, layout: LakeLayout) =>
  new StreamingDataLake(stack, id, {
    source,
    columns: [
      LakeColumn.string('student_id').from('student'),
      LakeColumn.string('course'),
      LakeColumn.decimal('score', 5, 2),
      LakeColumn.timestamp('graded_at').from('gradedAt'),
    ],
    ...{ name, layout, tableName: 'grades', firstYear: 2025, bufferInterval: Duration.minutes(15) },
  }).grants.queryAllTenants(reports);
lake('PerTenant', 'per-tenant', LakeLayout.perTenant());
lake('PerMonth', 'per-month', LakeLayout.perMonth());
