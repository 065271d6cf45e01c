/**
 * What a tenant id may be, everywhere. Session tags, partition keys and S3 prefixes are compared by pattern in IAM: without `*`, `?`,
 * `#`, `/` and `$` no id can stand for another one. Documented: "Pass session tags in AWS STS" (tags admit `/ : = @` and spaces).
 */
export const TENANT_ID_PATTERN = '^[a-z0-9-]{3,64}$';

const pattern = new RegExp(TENANT_ID_PATTERN);

export function isTenantId(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}
