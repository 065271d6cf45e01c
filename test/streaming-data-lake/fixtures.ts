import type { Construct } from 'constructs';
import { LakeColumn, LakeSource, StreamingDataLake, type StreamingDataLakeProps, TenantTable } from '../../src';
import { tenancy } from '../tenant-isolated-api/fixtures';

/** The columns of the README. */
export const columns = [
  LakeColumn.string('student_id').from('student'),
  LakeColumn.decimal('score', 5, 2),
  LakeColumn.string('city').from('address.city'),
];

/** A column of each type. */
export const everyType = [
  LakeColumn.string('student_id').from('student'),
  LakeColumn.integer('attempts'),
  LakeColumn.bigint('official_number').from('officialNumber'),
  LakeColumn.double('average'),
  LakeColumn.decimal('score', 5, 2),
  LakeColumn.boolean('passed'),
  LakeColumn.timestamp('graded_at').from('gradedAt'),
  LakeColumn.epochSeconds('expires_at').from('expiresAt'),
  LakeColumn.json('clubs'),
  LakeColumn.string('city').from('address.city'),
];

/** A lake on a table of its own, with overrides. */
export function dataLake(scope: Construct, props: Partial<StreamingDataLakeProps> = {}, id = 'Lake'): StreamingDataLake {
  const source = props.source ?? LakeSource.tableStream(new TenantTable(scope, `${id}Data`, { tenancy }));
  return new StreamingDataLake(scope, id, { columns, ...props, source });
}
