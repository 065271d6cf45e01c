import { Duration, Size, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';
import { Problems } from '../core/private/problems';
import { FIRST_YEAR } from '../runtime/lake-years';
import type { LakeColumns } from './lake-columns';
import type { LakeLayout } from './lake-layout';
import { partitionQuery } from './partition-query';

/** The props that are validated together. */
export interface LimitedProps {
  readonly bufferInterval?: Duration;
  readonly bufferSize?: Size;
  readonly scanLimit?: Size;
  readonly firstYear?: number;
}

/** The valid settings of a lake, with defaults. */
export type LakeLimits = Required<LimitedProps>;

const DEFAULTS: LakeLimits = {
  bufferInterval: Duration.minutes(15),
  bufferSize: Size.mebibytes(128),
  scanLimit: Size.gibibytes(10),
  firstYear: FIRST_YEAR,
};

/** Documented: "Data Firehose quotas": with dynamic partitioning, the buffer interval is 60 to 900 seconds. */
const INTERVAL = { least: Duration.seconds(60), most: Duration.seconds(900) };
/** Documented: "BufferingHints", and "Convert input data format": at least 64 MiB with format conversion. */
const BUFFER_MIB = { least: 64, most: 128 };
/** Documented: "WorkGroupConfiguration", BytesScannedCutoffPerQuery. */
const LEAST_SCAN_MIB = 10;
/** Documented: "ProcessorParameter", ParameterValue. */
const MOST_QUERY_CHARACTERS = 5_120;

/** Reports settings that the services would reject at deployment. An invalid value is replaced by its default. */
export function lakeLimits(scope: IConstruct, props: LimitedProps, columns: LakeColumns, layout: LakeLayout): LakeLimits {
  const problems = new Problems(scope);
  const { bufferInterval = DEFAULTS.bufferInterval, bufferSize = DEFAULTS.bufferSize } = props;
  const { scanLimit = DEFAULTS.scanLimit, firstYear = DEFAULTS.firstYear } = props;
  if (bufferInterval.isUnresolved()) {
    invalid(
      scope,
      'bufferInterval',
      bufferInterval,
      'a duration that is known at synthesis, because the threshold of an alarm depends on it',
    );
  }
  const isInterval = isWholeBetween(bufferInterval, 'seconds', INTERVAL.least, INTERVAL.most);
  if (!isInterval) {
    problems.add('bufferInterval', bufferInterval, wholeBetween(bufferInterval, 'seconds', INTERVAL.least, INTERVAL.most));
  }
  const isBuffer = isMebibytes(bufferSize, BUFFER_MIB.least, BUFFER_MIB.most);
  if (!isBuffer) {
    problems.add(
      'bufferSize',
      textOf(bufferSize),
      `whole mebibytes between ${BUFFER_MIB.least} and ${BUFFER_MIB.most}: Firehose converts and partitions no smaller buffers`,
    );
  }
  const isScan = isMebibytes(scanLimit, LEAST_SCAN_MIB, Number.POSITIVE_INFINITY);
  if (!isScan) problems.add('scanLimit', textOf(scanLimit), `whole mebibytes, at least ${LEAST_SCAN_MIB}`);
  const isYear = Number.isInteger(firstYear) && firstYear >= 2000 && firstYear <= 2999;
  if (!isYear) problems.add('firstYear', firstYear, 'a year between 2000 and 2999, known at synthesis');
  const { length } = partitionQuery(columns, layout);
  if (length > MOST_QUERY_CHARACTERS) {
    problems.add(
      'columns',
      `${columns.item.length} columns`,
      `fewer columns or shorter paths: the expression that checks their types has ${length} characters, and Firehose accepts ${MOST_QUERY_CHARACTERS}`,
    );
  }
  return {
    bufferInterval: isInterval ? bufferInterval : DEFAULTS.bufferInterval,
    bufferSize: isBuffer ? bufferSize : DEFAULTS.bufferSize,
    scanLimit: isScan ? scanLimit : DEFAULTS.scanLimit,
    firstYear: isYear ? firstYear : DEFAULTS.firstYear,
  };
}

function isMebibytes(size: Size, least: number, most: number): boolean {
  if (size.isUnresolved()) return false;
  const mebibytes = size.toBytes() / 1_048_576;
  return Number.isInteger(mebibytes) && mebibytes >= least && mebibytes <= most;
}

function textOf(size: Size): string {
  return size.isUnresolved() ? Token.asString(size) : `${size.toBytes()} bytes`;
}
