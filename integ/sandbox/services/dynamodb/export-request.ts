import type { Assembly, JsonObject } from '../../contracts';
import { objectOf } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import type { Table } from './tables';

/** What an export contains: the items at a point in time, or the items that changed in a span. Times are in milliseconds. */
export type ExportRange =
  | { readonly type: 'FULL_EXPORT'; readonly at: number; readonly isNow: boolean }
  | { readonly type: 'INCREMENTAL_EXPORT'; readonly from: number; readonly to: number; readonly view: 'NEW_IMAGE' | 'NEW_AND_OLD_IMAGES' };

/** A valid request for an export. */
export interface ExportRequest {
  readonly table: Table;
  readonly range: ExportRange;
  readonly bucket: string;
  readonly prefix?: string;
  readonly encryption?: { readonly algorithm: 'AES256' | 'KMS'; readonly key?: string };
}

/** Documented: "Requesting a table export in DynamoDB", incremental export. */
const LEAST_MS = 15 * 60_000;
const MOST_MS = 24 * 3_600_000;

/**
 * Reads a request for an export. Documented: ExportTableToPointInTime (Amazon DynamoDB API Reference).
 *
 * @param find the table of an ARN
 * @throws ServiceError with DynamoDB's code, or for what the sandbox does not support
 */
export function readExportRequest(
  input: JsonObject,
  now: number,
  { account }: Pick<Assembly, 'account'>,
  find: (arn: string) => Table | undefined,
): ExportRequest {
  const { ExportFormat = 'DYNAMODB_JSON', S3BucketOwner = account, S3Bucket, S3Prefix, S3SseAlgorithm, S3SseKmsKeyId } = input;
  const table = find(String(input.TableArn));
  if (table === undefined) throw new ServiceError('TableNotFoundException', `Table not found: ${String(input.TableArn)}`);
  if (table.recoverable !== true) {
    throw new ServiceError('PointInTimeRecoveryUnavailableException', `Point in time recovery is not enabled for table '${table.name}'`);
  }
  if (typeof S3Bucket !== 'string') invalid('The S3Bucket parameter is required');
  if (ExportFormat !== 'DYNAMODB_JSON') unsupported(`the ExportFormat ${String(ExportFormat)}`);
  if (S3BucketOwner !== account) unsupported(`the S3BucketOwner ${String(S3BucketOwner)}, because it has one account, ${account}`);
  if (S3SseAlgorithm !== undefined && S3SseAlgorithm !== 'AES256' && S3SseAlgorithm !== 'KMS') {
    invalid(`S3SseAlgorithm ${String(S3SseAlgorithm)} is not AES256 or KMS`);
  }
  return {
    ...{ table, range: rangeOf(input, now), bucket: S3Bucket },
    ...(S3Prefix === undefined ? {} : { prefix: String(S3Prefix) }),
    ...(S3SseAlgorithm === undefined
      ? {}
      : { encryption: { algorithm: S3SseAlgorithm, ...(S3SseKmsKeyId === undefined ? {} : { key: String(S3SseKmsKeyId) }) } }),
  };
}

function rangeOf({ ExportType: type = 'FULL_EXPORT', ExportTime, IncrementalExportSpecification }: JsonObject, now: number): ExportRange {
  if (type === 'FULL_EXPORT') {
    if (IncrementalExportSpecification !== undefined) invalid('IncrementalExportSpecification is not valid for a FULL_EXPORT');
    const at = ExportTime === undefined ? now : Number(ExportTime) * 1000;
    if (!(at <= now)) outside('ExportTime');
    return { type, at, isNow: ExportTime === undefined };
  }
  if (type !== 'INCREMENTAL_EXPORT') invalid(`ExportType ${String(type)} is not FULL_EXPORT or INCREMENTAL_EXPORT`);
  if (ExportTime !== undefined) invalid('ExportTime is not valid for an INCREMENTAL_EXPORT');
  const { ExportFromTime, ExportToTime, ExportViewType: view = 'NEW_AND_OLD_IMAGES' } = objectOf(IncrementalExportSpecification);
  if (view !== 'NEW_IMAGE' && view !== 'NEW_AND_OLD_IMAGES') {
    invalid(`ExportViewType ${String(view)} is not NEW_IMAGE or NEW_AND_OLD_IMAGES`);
  }
  const from = Number(ExportFromTime) * 1000;
  const to = ExportToTime === undefined ? now : Number(ExportToTime) * 1000;
  if (!(from < to)) invalid('ExportFromTime must be before ExportToTime');
  if (to - from < LEAST_MS || to - from > MOST_MS) {
    invalid('The period between ExportFromTime and ExportToTime must be at least 15 minutes and at most 24 hours');
  }
  if (to > now) outside('ExportToTime');
  return { type, from, to, view };
}

function invalid(message: string): never {
  throw new ServiceError('ValidationException', message);
}

function outside(name: string): never {
  throw new ServiceError('InvalidExportTimeException', `The specified ${name} is outside of the point in time recovery window`);
}

/** What the sandbox cannot export, by name. */
export function unsupported(what: string): never {
  throw new ServiceError('ValidationException', `The sandbox does not support ${what}`);
}
