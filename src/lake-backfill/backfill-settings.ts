import { type Size, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { knownTable } from '../core/private/base/known-table';
import type { StreamingDataLake } from '../streaming-data-lake';

/** Documented: PutRecordBatch takes 4 MiB. */
const LEAST_BYTES = 2_048;
const MOST_BYTES = 4_194_304;

/** @throws when the table of the lake cannot be exported */
export function exportedTable(scope: IConstruct, lake: StreamingDataLake): ITable {
  const { table } = lake._source;
  if (knownTable(table)?.hasPointInTimeRecovery === false) {
    invalid(scope, 'lake', table, 'a lake whose table has point-in-time recovery, without which DynamoDB exports nothing');
  }
  return table;
}

/** Bytes in a second. @throws when they are out of range */
export function sendRate(scope: IConstruct, rate: Size): number {
  const bytes = rate.isUnresolved() ? Number.NaN : rate.toBytes();
  if (!(bytes >= LEAST_BYTES && bytes <= MOST_BYTES)) {
    const value = rate.isUnresolved() ? Token.asString(rate) : `${bytes} bytes`;
    invalid(scope, 'sendRate', value, `${LEAST_BYTES} to ${MOST_BYTES} bytes, known at synthesis`);
  }
  return Math.floor(bytes);
}

/** @throws when a name is empty, or there twice */
export function attributeNames(scope: IConstruct, names: readonly string[]): readonly string[] {
  const wrong = names.find((name, index) => name === '' || names.indexOf(name) !== index);
  if (wrong !== undefined) invalid(scope, 'changedAtAttributes', wrong, 'names of attributes, each of them once');
  return names;
}
