import type { Check } from '../contracts';

/**
 * What policies see of the tags that a request gives.
 *
 * @param removed the keys of tags that it takes away
 */
export function requestTags(tags: Readonly<Record<string, unknown>>, removed: readonly string[] = []): Check['context'] {
  const keys = [...Object.keys(tags), ...removed];
  return {
    ...(keys.length > 0 ? { 'aws:TagKeys': keys } : {}),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, String(value)])),
  };
}
