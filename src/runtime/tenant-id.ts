/**
 * The format of tenant ids. IAM compares session tags, partition keys and S3 prefixes by pattern: without `*`, `?`, `#`, `/` and `$`, no id
 * can match another one. Session tags alone would allow more: `/ : = @` and spaces (documented: "Pass session tags in AWS STS").
 */
export const TENANT_ID_PATTERN = '^[a-z0-9-]{3,64}$';

const pattern = new RegExp(TENANT_ID_PATTERN);

export function isTenantId(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}
