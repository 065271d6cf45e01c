import type { DynamicReference, Json } from '../contracts';
import { AssemblyError } from './errors';

const REFERENCE = /\{\{resolve:([^:}]+):([^}]*)\}\}/g;

/** Resolves a dynamic reference to a service; undefined if no resource type handles that service. */
export type Referenced = (service: string, reference: DynamicReference) => Json | undefined;

/**
 * Replaces `{{resolve:ssm:name}}` with the value from the resource type that handles `ssm`. Other dynamic references are errors, because
 * their values exist only in an account.
 */
export function resolveDynamicReferences(value: Json, { at, place }: Omit<DynamicReference, 'key'>, referenced: Referenced): Json {
  if (typeof value === 'string') {
    return value.replaceAll(REFERENCE, (reference, service: string, key: string) => {
      const found = referenced(service, { key, at, place });
      if (found === undefined) {
        throw new AssemblyError(`${at}: the dynamic reference ${reference} is not supported`);
      }
      return String(found);
    });
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveDynamicReferences(item, { at: `${at}[${index}]`, place: `${place}/*` }, referenced));
  }
  if (value !== null && typeof value === 'object') {
    const resolved = (key: string, item: Json) =>
      resolveDynamicReferences(item, { at: `${at}.${key}`, place: `${place}/${key}` }, referenced);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(key, item)]));
  }
  return value;
}
