import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Problems } from '../core/private/problems';
import type { IStreamingDataLake } from '../streaming-data-lake';

/** The props that are validated. */
export interface CheckedCompactionProps {
  readonly lake: IStreamingDataLake;
  readonly mostNewFiles?: number;
  readonly maxConcurrency?: number;
}

/** Below it, a folder would be compacted for a single file. Above it, queries of a month would take seconds to list its files. */
const NEW_FILES = { least: 1, most: 10_000 };
/** Of the queries that an account may run at the same time, 20 or more by Region. Documented: "Service Quotas" of Athena. */
const CONCURRENCY = { least: 1, most: 10 };

/** Reports settings that are out of range, and a lake whose files the function could not read. */
export function validateCompaction(scope: IConstruct, { lake, mostNewFiles, maxConcurrency }: CheckedCompactionProps): void {
  const problems = new Problems(scope);
  if (lake.bucket.encryptionKey === undefined) {
    problems.add('lake', lake.node.path, 'an imported lake with its encryptionKey, which the function needs to read and write files');
  }
  check('mostNewFiles', mostNewFiles, NEW_FILES);
  check('maxConcurrency', maxConcurrency, CONCURRENCY);

  function check(property: string, value: number | undefined, { least, most }: { readonly least: number; readonly most: number }): void {
    if (value === undefined) return;
    if (!Token.isUnresolved(value) && Number.isInteger(value) && value >= least && value <= most) return;
    problems.add(property, value, `an integer between ${least} and ${most}, known at synthesis`);
  }
}
