import { App, Duration, Stack } from 'aws-cdk-lib';
import { LakeColumn, LakeCompaction, LakeSource, StreamingDataLake, Tenancy, TenantTable, Tier } from '../../../src';

/** A lake of grades whose files are compacted. */
const app = new App();
const stack = new Stack(app, 'SmallFiles');
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const lake = new StreamingDataLake(stack, 'Lake', {
  source: LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy })),
  columns: [
    LakeColumn.string('student_id').from('student'),
    LakeColumn.string('course'),
    LakeColumn.decimal('score', 5, 2),
    LakeColumn.timestamp('graded_at').from('gradedAt'),
  ],
  ...{ name: 'lake', tableName: 'grades', firstYear: 2026, bufferInterval: Duration.minutes(15) },
});
new LakeCompaction(stack, 'Compaction', { lake });
