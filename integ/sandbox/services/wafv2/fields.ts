import type { Properties } from '../../assembly/properties';
import { headerValues } from '../../protocol/http';
import type { Inspected } from './definition';

/** The part of a request that a statement inspects. */
export interface Field {
  readonly texts: (request: Inspected) => readonly string[];
  /** For a body: what happens if it is larger than the inspected part. */
  readonly oversize?: 'CONTINUE' | 'MATCH' | 'NO_MATCH';
}

/** Documented: "Oversize web request components": 16 KB of a body for API Gateway by default. */
export const INSPECTED_BODY = 16 * 1024;
/** The same page: 8 KB behind an Application Load Balancer, which no web ACL changes. */
export const INSPECTED_BY_LOAD_BALANCER = 8 * 1024;

const SPACES = /[\f\t\n\r\v\u00a0 ]+/g;

/** The supported transformations. Documented: "Using text transformations in AWS WAF". */
const TRANSFORMATIONS: Readonly<Record<string, (text: string) => string>> = {
  NONE: (text) => text,
  LOWERCASE: (text) => text.toLowerCase(),
  URL_DECODE: (text) => text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  COMPRESS_WHITE_SPACE: (text) => text.replace(SPACES, ' '),
};

/** The field of a statement with its transformations applied. */
export function fieldOf(statement: Properties, inspectedBody: number): Field {
  const field = statement.object('FieldToMatch');
  if (!field) throw statement.invalid('FieldToMatch', 'is missing');
  const { texts, oversize } = rawField(field, inspectedBody);
  const transforms = transformationsOf(statement);
  return { oversize, texts: (request) => texts(request).map((text) => transforms.reduce((value, change) => change(value), text)) };
}

function rawField(field: Properties, inspectedBody: number): Field {
  if (field.has('UriPath')) return { texts: ({ uri }) => [uri] };
  if (field.has('Method')) return { texts: ({ method }) => [method] };
  if (field.has('QueryString')) return { texts: ({ rawQuery }) => [rawQuery] };
  if (field.has('AllQueryArguments')) return { texts: (request) => argumentsOf(request).map(([, value]) => value) };
  const header = field.object('SingleHeader');
  if (header) {
    const name = header.required('Name');
    return { texts: ({ headers }) => headerValues(headers, name) };
  }
  const argument = field.object('SingleQueryArgument');
  if (argument) {
    const name = argument.required('Name').toLowerCase();
    return { texts: (request) => argumentsOf(request).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : [])) };
  }
  const body = field.object('Body');
  if (body) {
    const oversize = body.text('OversizeHandling') ?? 'CONTINUE';
    if (oversize !== 'CONTINUE' && oversize !== 'MATCH' && oversize !== 'NO_MATCH') {
      throw body.invalid('OversizeHandling', `${oversize} is not supported`);
    }
    return { oversize, texts: ({ body: text }) => [Buffer.from(text).subarray(0, inspectedBody).toString()] };
  }
  throw field.invalid('*', 'has no supported field');
}

/** Query arguments as sent: AWS WAF decodes them only by a transformation. */
function argumentsOf({ rawQuery }: Inspected): [string, string][] {
  return rawQuery.split('&').map((pair) => {
    const cut = pair.indexOf('=');
    return cut < 0 ? [pair, ''] : [pair.slice(0, cut), pair.slice(cut + 1)];
  });
}

function transformationsOf(statement: Properties): ((text: string) => string)[] {
  const list = statement
    .list('TextTransformations')
    .map((one) => ({ type: one.required('Type'), priority: one.number('Priority') ?? 0, one }));
  return list
    .sort((a, b) => a.priority - b.priority)
    .map(({ type, one }) => {
      if (!Object.hasOwn(TRANSFORMATIONS, type)) throw one.invalid('Type', `${type} is not supported`);
      return TRANSFORMATIONS[type];
    });
}
