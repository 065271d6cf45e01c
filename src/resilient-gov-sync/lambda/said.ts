import { type CallResult, objectOf } from './answer';
import type { Confirmation } from './judge';

/** The longest text of an API that is kept, in characters. */
const LONGEST = 500;

/** What the API says about a report, for a person who corrects it. It is not trusted: a page that shows it escapes it. */
export function saidOf(result: CallResult, { reason }: Confirmation): string | undefined {
  if (reason === undefined || result.kind !== 'answer') return undefined;
  const found = reason.split('.').reduce<unknown>((value, name) => {
    const object = objectOf(value);
    return Object.hasOwn(object, name) ? object[name] : undefined;
  }, result.body);
  if (found === undefined || found === null || found === '') return undefined;
  const text = typeof found === 'string' ? found : JSON.stringify(found);
  return text.slice(0, LONGEST).replace(/\p{Surrogate}/gu, '\ufffd');
}
