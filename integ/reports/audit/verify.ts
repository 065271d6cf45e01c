import { S3Client } from '@aws-sdk/client-s3';
import { type Verification, verifyPeriod } from '../../../src/resilient-gov-sync/lambda/audit';
import { auditInBucket } from './bucket';
import { auditInFolder } from './folder';

export const USAGE = 'Usage: npx projen verify-audit <folder or s3://bucket> <period>, for example s3://my-audit-bucket 2026Q4';

/** @throws with a one-line message for invalid arguments, and if there is no audit */
export async function verify(args: readonly string[], client: () => S3Client = () => new S3Client()): Promise<Verification> {
  const [place = '', period = '', ...more] = args;
  if (place === '' || period === '' || more.length > 0) throw new Error(USAGE);
  const bucket = /^s3:\/\/([^/]+)\/?$/.exec(place)?.[1];
  if (bucket === undefined && place.startsWith('s3:')) throw new Error(`Invalid bucket ${place}: expected s3:// and a name. ${USAGE}`);
  const objects = bucket === undefined ? auditInFolder(place, period) : await auditInBucket(client(), bucket, period);
  const verification = verifyPeriod(objects, period);
  if (verification.chains + verification.closingRecords === 0 && verification.findings.length <= 1)
    throw new Error(`There is no audit of ${period} in ${place}: expected objects below audit/${period}/`);
  return verification;
}

/** The result for a person: one line of figures, and one for each finding. */
export function described({ period, chains, entries, closingRecords, notClosed, findings }: Verification): readonly string[] {
  const open = notClosed === 1 ? '1 entry comes' : `${notClosed} entries come`;
  return [
    `Audit of ${period}: ${entries} entries in ${chains} chains, ${closingRecords} closing records, ${findings.length} findings.`,
    ...findings.map(({ kind, key, detail }) => `${kind} ${visible(key)}: ${visible(detail)}`),
    ...(notClosed > 0 ? [`${open} after the last closing record, which the next attempt of the period writes. Verify it again then.`] : []),
    ...(findings.length === 0 && notClosed === 0 ? ['The audit is complete and unchanged.'] : []),
  ];
}

/** Names in an audit that somebody changed can have characters that change how a terminal shows a line. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
