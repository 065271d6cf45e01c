import { createHash } from 'node:crypto';
import { isTenantId } from '../runtime/tenant-id';

/** Folders of the bucket of reports. */
export const REPORT_FOLDERS = { source: 'source/', payloads: 'payloads/', lists: 'lists/', results: 'results/' } as const;

/** The folder in which the source writes the reports of a period. */
export const sourcePrefix = (period: string) => `${REPORT_FOLDERS.source}${period}/`;

/** The file of a tenant in this folder. */
export const sourceKey = (period: string, tenant: string) => `${sourcePrefix(period)}${encodeURIComponent(tenant)}.json`;

/** The folder of the payloads of a tenant's report. The tenant comes first, so that IAM can limit a session to its folder. */
export const payloadPrefix = (period: string, tenant: string) => `${REPORT_FOLDERS.payloads}${folderOf(tenant)}/${period}/`;

/** A source of one's own may have any names. One that is no tenant's id, such as `..` or one of 1,000 characters, is not part of a key. */
function folderOf(tenant: string): string {
  return isTenantId(tenant) ? tenant : `_${createHash('sha256').update(tenant).digest('hex')}`;
}

/** Metadata of a file whose report the source could not make: the reason, as `encodeURIComponent` writes it. The report becomes a dead letter. */
export const NOT_MADE = 'not-made';

/** Documented: "User-defined object metadata": 2 KB with the names. */
const MOST_OF_METADATA = 1_800;

/** A reason as metadata, which is sent in a header and has ASCII only. What does not fit is left out. */
export function reasonAsMetadata(reason: string): string {
  let encoded = '';
  for (const character of Buffer.from(reason).toString()) {
    const next = encoded + encodeURIComponent(character);
    if (next.length > MOST_OF_METADATA) break;
    encoded = next;
  }
  return encoded;
}

/** The reason in metadata. A text that is not encoded, such as `50% of the rows`, is the reason as it is. */
export function reasonInMetadata(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
