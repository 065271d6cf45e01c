import type { Check } from '../../contracts';
import { ServiceError } from '../../protocol/service-error';
import type { S3Request } from './read';

const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const HOLD = 'x-amz-object-lock-legal-hold';
const NEW_OBJECT = ['PutObject', 'CopyObject', 'CreateMultipartUpload'];

/**
 * Checks the lock of a new object, which the engine stores as it is given. Documented: PutObject (Amazon S3 API Reference), and "Object
 * Lock considerations" (Amazon S3 User Guide): a put with a lock needs a checksum.
 *
 * @throws ServiceError for a lock that S3 rejects
 */
export function checkLock({ operation, headers }: S3Request, now: number): void {
  const { [MODE]: mode, [UNTIL]: until, [HOLD]: hold } = headers;
  if (!NEW_OBJECT.includes(operation.name) || (mode ?? until ?? hold) === undefined) return;
  if ((mode === undefined) !== (until === undefined))
    throw new ServiceError('InvalidArgument', `${UNTIL} and ${MODE} must both be supplied`);
  if (mode !== undefined && !['GOVERNANCE', 'COMPLIANCE'].includes(mode))
    throw new ServiceError('InvalidArgument', 'Unknown wormMode directive.');
  if (hold !== undefined && !['ON', 'OFF'].includes(hold))
    throw new ServiceError('InvalidArgument', 'Legal Hold must be either of ON or OFF');
  if (until !== undefined && Number.isNaN(Date.parse(until)))
    throw new ServiceError('InvalidArgument', 'The retain until date must be provided in ISO 8601 format');
  if (until !== undefined && Date.parse(until) <= now)
    throw new ServiceError('InvalidArgument', 'The retain until date must be in the future!');
  const hasChecksum = Object.keys(headers).some((name) => name === 'content-md5' || /^x-amz-checksum-(?!algorithm|type)/.test(name));
  if (operation.name === 'PutObject' && !hasChecksum)
    throw new ServiceError(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
}

/** Headers of an object that S3 returns only with a permission: GetObject and HeadObject (Amazon S3 API Reference). */
const SHOWN_WITH: Readonly<Record<string, string>> = {
  [MODE]: 's3:GetObjectRetention',
  [UNTIL]: 's3:GetObjectRetention',
  [HOLD]: 's3:GetObjectLegalHold',
};

/** The headers of an object that a caller may see. */
export function shownLock(
  headers: Readonly<Record<string, string>>,
  resource: string,
  isAllowed: (check: Check) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => SHOWN_WITH[name] === undefined || isAllowed({ action: SHOWN_WITH[name], resource, context: {} }),
    ),
  );
}
