import type { Check } from '../contracts';

/**
 * The condition keys for the tags in a request.
 *
 * @param removed the keys of tags that the request removes
 */
export function requestTags(tags: Readonly<Record<string, unknown>>, removed: readonly string[] = []): Check['context'] {
  const keys = [...Object.keys(tags), ...removed];
  return {
    ...(keys.length > 0 ? { 'aws:TagKeys': keys } : {}),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, String(value)])),
  };
}
