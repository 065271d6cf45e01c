import type { ServiceRequest } from '../contracts';
import { ServiceError } from './service-error';

/**
 * The parameters of the query protocol, from the form body and from the query string.
 * A repeated parameter is rejected, because one of its values would be lost silently.
 */
export function readForm({ url, body }: Pick<ServiceRequest, 'url' | 'body'>): Map<string, string> {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const parameters = new Map<string, string>();
  for (const pair of [...query.split('&'), ...body.toString('latin1').split('&')]) {
    if (pair !== '') {
      const at = pair.indexOf('=');
      const name = decode(at < 0 ? pair : pair.slice(0, at));
      if (parameters.has(name)) {
        throw new ServiceError('MalformedQueryString', `The parameter ${name} is repeated`);
      }
      parameters.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
    }
  }
  return parameters;
}

/** List members, by the name of the list. */
export type Lists = ReadonlyMap<string, readonly ReadonlyMap<string, string>[]>;

/** All lists of a form in one pass: `Tag.1.Key`, `Tag.1.Value`, … are the members of `Tag`, in the order of their numbers. */
export function listsOf(parameters: ReadonlyMap<string, string>): Lists {
  const lists = new Map<string, Map<number, Map<string, string>>>();
  for (const [name, value] of parameters) {
    const [, list, number, member = ''] = /^(.+?)\.(\d+)(?:\.(.+))?$/.exec(name) ?? [];
    if (list !== undefined) {
      const members = lists.get(list) ?? new Map<number, Map<string, string>>();
      const known = members.get(Number(number)) ?? new Map<string, string>();
      lists.set(list, members.set(Number(number), known.set(member, value)));
    }
  }
  return new Map([...lists].map(([list, members]) => [list, [...members].sort(([a], [b]) => a - b).map(([, member]) => member)]));
}

/** Decodes escaped and unescaped UTF-8: the bytes were read as Latin-1. */
function decode(text: string): string {
  if (!/[%+\x80-\xff]/.test(text)) {
    return text;
  }
  const escaped = text.replaceAll('+', '%20').replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  try {
    return decodeURIComponent(escaped);
  } catch {
    throw new ServiceError('MalformedQueryString', 'The query string contains a syntax error');
  }
}
