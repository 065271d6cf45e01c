import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LakeBackfill, LakeColumn, LakeSource, StreamingDataLake, Tenancy, TenantTable, Tier } from 'cdk-andamio';
import { NAMES } from './names';

/** A table of all schools, its lake, and the role of the platform's reports. */
const app = new App();
const stack = new Stack(app, NAMES.stack);
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const lake = new StreamingDataLake(stack, 'Lake', {
  source: LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy })),
  columns: [
    LakeColumn.string('student_id').from('student'),
    LakeColumn.string('course'),
    LakeColumn.decimal('score', 5, 2),
    LakeColumn.bigint('official_number').from('officialNumber'),
    LakeColumn.timestamp('graded_at').from('gradedAt'),
    LakeColumn.epochSeconds('expires_at').from('expiresAt'),
    LakeColumn.json('clubs'),
  ],
  name: NAMES.lake,
  tableName: NAMES.table,
});
new LakeBackfill(stack, 'Backfill', { lake });
const reports = new Role(stack, 'Reports', { roleName: NAMES.reports, assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
lake.grants.queryAllTenants(reports);
lake.grants.readQuarantine(reports);
app.synth();
