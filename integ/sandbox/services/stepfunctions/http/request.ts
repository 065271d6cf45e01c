import type { ApiConnection, ConnectionParameter, Json, JsonObject } from '../../../contracts';
import type { ApiRequest } from '../../../protocol/send';
import { RUNTIME, TaskFailure } from '../run/failure';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];

/** Documented: "Call HTTPS APIs in Step Functions workflows", headers that a definition can't set. */
const FORBIDDEN = new Set([
  ...['a-im', 'accept-charset', 'accept-datetime', 'accept-encoding', 'authorization', 'cache-control', 'connection', 'content-encoding'],
  ...['content-md5', 'date', 'expect', 'forwarded', 'from', 'host', 'http2-settings', 'if-match', 'if-modified-since', 'if-none-match'],
  ...['if-range', 'if-unmodified-since', 'max-forwards', 'origin', 'pragma', 'proxy-authorization', 'referer', 'server', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'via', 'warning'],
]);
const FORBIDDEN_PREFIXES = ['x-forwarded-', 'x-amz-', 'x-amzn-'];

/** The request of an HTTP task, with what its connection adds. @throws TaskFailure for parameters that Step Functions rejects */
export function requestOf(given: JsonObject, { parameters }: ApiConnection, region: string): ApiRequest {
  const { ApiEndpoint, Method, Headers, QueryParameters, RequestBody, Transform } = given;
  const method = String(Method);
  if (!METHODS.includes(method)) throw invalid(`The Method must be one of ${METHODS.join(', ')}, not ${method}`);
  const text = String(ApiEndpoint);
  if (!text.startsWith('https://') || !URL.canParse(text)) throw invalid(`The ApiEndpoint must be an https:// URL, not ${text}`);
  const url = new URL(text);
  for (const [name, value] of queryOf(QueryParameters)) url.searchParams.append(name, value);
  for (const { name, value } of parameters.query) url.searchParams.set(name, value);
  const body = bodyOf(RequestBody, parameters.body, Transform);
  const type = Transform === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    ...{ url, method, ...(body === undefined ? {} : { body }) },
    headers: {
      ...(body === undefined ? {} : { 'content-type': type }),
      ...headersOf(Headers),
      ...Object.fromEntries(parameters.headers.map(({ name, value }) => [name.toLowerCase(), value])),
      ...{ 'user-agent': `Amazon|StepFunctions|HttpInvoke|${region}`, range: 'bytes=0-262144' },
    },
  };
}

function invalid(reason: string): TaskFailure {
  return new TaskFailure(RUNTIME, reason);
}

function headersOf(given: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries((given ?? {}) as JsonObject).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (FORBIDDEN.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
        throw invalid(`The header ${name} can't be set in the definition of an HTTP task`);
      }
      return [lower, Array.isArray(value) ? value.map(String).join(', ') : String(value)];
    }),
  );
}

function queryOf(given: Json | undefined): [string, string][] {
  return Object.entries((given ?? {}) as JsonObject).flatMap(([name, value]) =>
    value === null ? [] : (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
}

/** The connection's parameters are merged into a body that is an object. */
function bodyOf(given: Json | undefined, added: readonly ConnectionParameter[], transform: Json | undefined): string | undefined {
  if (given === undefined && added.length === 0) return undefined;
  if (typeof given === 'string') {
    if (added.length > 0) throw invalid('A RequestBody that is a string cannot be merged with the body parameters of the connection');
    return given;
  }
  const more = Object.fromEntries(added.map(({ name, value }) => [name, value]));
  const body = Array.isArray(given) ? given : { ...((given ?? {}) as JsonObject), ...more };
  if (transform === undefined) return JSON.stringify(body);
  const { RequestBodyEncoding, RequestEncodingOptions } = transform as JsonObject;
  if (RequestBodyEncoding !== 'URL_ENCODED')
    throw invalid(`The RequestBodyEncoding ${RequestBodyEncoding} is not supported: it must be URL_ENCODED`);
  const format = String(((RequestEncodingOptions ?? {}) as JsonObject).ArrayFormat ?? 'INDICES');
  const encoded = Object.entries(body).flatMap(([name, value]) => encode(name, value, format));
  return encoded.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
}

function encode(name: string, value: Json, format: string): [string, string][] {
  if (Array.isArray(value)) {
    switch (format) {
      case 'INDICES':
        return value.flatMap((item, index) => encode(`${name}[${index}]`, item, format));
      case 'BRACKETS':
        return value.flatMap((item) => encode(`${name}[]`, item, format));
      case 'COMMAS':
        return [[name, value.map(String).join(',')]];
      case 'REPEAT':
        return value.flatMap((item) => encode(name, item, format));
      default:
        throw invalid(`The ArrayFormat ${format} is not supported: it must be INDICES, BRACKETS, COMMAS or REPEAT`);
    }
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => encode(`${name}[${key}]`, item, format));
  return [[name, String(value)]];
}
