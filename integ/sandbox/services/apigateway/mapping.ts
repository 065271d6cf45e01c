import { headerValues } from '../../protocol/http';
import { contextVariableAt, type Exchange } from './exchange';
import type { EndpointResponse } from './messages';
import { parseJson } from './vtl/json';
import { readPath } from './vtl/json-path';
import { javaString, toJson, type Value } from './vtl/value';

const REQUEST = /^method\.request\.(path|querystring|multivaluequerystring|header|multivalueheader)\.(.+)$/;
const RESPONSE = /^integration\.response\.(header|multivalueheader)\.(.+)$/;

/** Rejects a mapping expression that is not one of the documented forms ("Parameter mapping source reference for REST APIs"). */
export function checkMapping(expression: string, side: 'request' | 'response'): void {
  const common = /^(?:'[^']*'|context\.[\w.-]+|stageVariables\.[\w-]+)$/;
  const own = side === 'request' ? REQUEST : RESPONSE;
  const body = side === 'request' ? /^method\.request\.body(\..+)?$/ : /^integration\.response\.body(\..+)?$/;
  if (!common.test(expression) && !own.test(expression) && !body.test(expression)) {
    throw new Error(`the mapping expression ${expression} is not supported`);
  }
}

type Read = (exchange: Exchange, endpointResponse: EndpointResponse | undefined) => string | undefined;

/** The reader of each expression. Expressions come only from templates, so their number is bounded. */
const readers = new Map<string, Read>();

/** The value of a mapping expression; undefined if there is none, and then nothing is mapped. */
export function mapped(expression: string, exchange: Exchange, endpointResponse?: EndpointResponse): string | undefined {
  let read = readers.get(expression);
  if (!read) {
    read = readerOf(expression);
    readers.set(expression, read);
  }
  return read(exchange, endpointResponse);
}

function readerOf(expression: string): Read {
  if (expression.startsWith("'")) return () => expression.slice(1, -1);
  if (expression.startsWith('context.')) {
    const path = expression.slice('context.'.length).split('.');
    return ({ context }) => contextVariableAt(context, path);
  }
  if (expression.startsWith('stageVariables.')) {
    const name = expression.slice('stageVariables.'.length);
    return ({ stage }) => stage.variables[name];
  }
  const ofRequest = REQUEST.exec(expression);
  if (ofRequest) return (exchange) => requestParameter(exchange, ofRequest[1], ofRequest[2]);
  const ofResponse = RESPONSE.exec(expression);
  if (ofResponse)
    return (_, endpointResponse) => endpointResponse && oneOrAll(headerValues(endpointResponse.headers, ofResponse[2]), ofResponse[1]);
  const ofBody = expression.startsWith('method.request.body');
  const path = /^(?:method\.request|integration\.response)\.body(?:\.(.+))?$/.exec(expression)?.[1];
  return ({ request }, endpointResponse) => {
    const body = ofBody ? request.body : endpointResponse?.body;
    return body === undefined ? undefined : path === undefined ? body : fromBody(body, `$.${path}`);
  };
}

function requestParameter({ request, parameters }: Exchange, place: string, name: string): string | undefined {
  if (place === 'path') return parameters[name];
  if (place.endsWith('header')) return oneOrAll(headerValues(request.headers, name), place);
  return oneOrAll(request.query[name] ?? [], place);
}

function oneOrAll(values: readonly string[], place: string): string | undefined {
  if (values.length === 0) return undefined;
  return place.startsWith('multivalue') ? values.join(',') : values.at(-1);
}

function fromBody(body: string, path: string): string | undefined {
  let value: Value;
  try {
    value = readPath(parseJson(body), path);
  } catch {
    return undefined;
  }
  if (value === undefined || value === null) return undefined;
  return value instanceof Map || Array.isArray(value) ? toJson(value) : javaString(value);
}
