import type { Json } from '../contracts';
import { AssemblyError } from './errors';

const REFERENCE = /\{\{resolve:([^:}]+):([^}]*)\}\}/g;

/**
 * Replaces `{{resolve:ssm:name}}` by the value of a parameter that the assembly makes; any other dynamic reference is an error, since its
 * value is in an account.
 */
export function resolveDynamicReferences(value: Json, at: string, stored: (name: string) => Json | undefined): Json {
  if (typeof value === 'string') {
    return value.replaceAll(REFERENCE, (reference, service: string, rest: string) => {
      const found = service === 'ssm' ? stored(rest.replace(/:\d+$/, '')) : undefined;
      if (found === undefined) {
        throw new AssemblyError(`${at}: the dynamic reference ${reference} is not supported`);
      }
      return String(found);
    });
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveDynamicReferences(item, `${at}[${index}]`, stored));
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveDynamicReferences(item, `${at}.${key}`, stored)]));
  }
  return value;
}
