import type { Endpoint, Functions, Json, JsonObject } from '../../contracts';
import { type HttpPair, type HttpResponse, header } from '../../protocol/http';
import type { Exchange } from './exchange';
import { GatewayFailure } from './failure';
import type { EndpointResponse, IntegrationRequest } from './messages';
import { requireInvoke } from './permission';
import { requestEvent } from './proxy-event';

interface Parts {
  readonly endpoint: Endpoint;
  readonly functions: Functions;
}

const RESPONSE_KEYS = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];

/** A Lambda integration with mapping templates: the mapped body is the event, and an error message selects the response. */
export async function callLambda(
  parts: Parts,
  functionArn: string,
  credentials: string | undefined,
  exchange: Exchange,
  request: IntegrationRequest,
): Promise<EndpointResponse> {
  requireInvoke(parts.endpoint, functionArn, sourceOf(exchange), credentials);
  let event: Json;
  try {
    event = JSON.parse(request.body === '' ? '{}' : request.body) as Json;
  } catch (error) {
    throw new GatewayFailure('DEFAULT_4XX', 'Could not parse request body into json', { cause: (error as Error).message });
  }
  if (header(request.headers, 'X-Amz-Invocation-Type') === 'Event') {
    parts.functions.invokeLater(functionArn, event);
    return { status: 202, headers: [], body: '', selects: '202' };
  }
  const { payload, functionError } = await parts.functions.invoke(functionArn, event);
  const message = functionError ? errorMessage(payload) : undefined;
  return { status: 200, headers: [], body: JSON.stringify(payload ?? null), selects: message ?? '200' };
}

/** A Lambda proxy integration: the function returns the whole response. */
export async function callLambdaProxy(
  parts: Parts,
  functionArn: string,
  credentials: string | undefined,
  exchange: Exchange,
): Promise<HttpResponse> {
  requireInvoke(parts.endpoint, functionArn, sourceOf(exchange), credentials);
  const { body } = exchange.request;
  const event: JsonObject = { ...requestEvent(exchange), body: body === '' ? null : body, isBase64Encoded: false };
  const { payload, functionError } = await parts.functions.invoke(functionArn, event);
  if (functionError) throw malformed(`Lambda execution failed: ${errorMessage(payload)}`);
  return proxyResponse(payload);
}

function sourceOf({ api, stage, request, context }: Exchange): string {
  return `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${request.method}${context.resourcePath}`;
}

function errorMessage(payload: Json): string {
  const message = typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload.errorMessage : payload;
  return typeof message === 'string' ? message : JSON.stringify(message ?? null);
}

/** Documented: "If the function output is of a different format, API Gateway returns a 502 Bad Gateway error response". */
function malformed(cause: string): GatewayFailure {
  return new GatewayFailure('DEFAULT_5XX', 'Internal server error', { status: 502, cause });
}

function proxyResponse(payload: Json): HttpResponse {
  const wrong = (what: string): never => {
    throw malformed(`Malformed Lambda proxy response: ${what}`);
  };
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return wrong('it is not an object');
  for (const name of Object.keys(payload)) if (!RESPONSE_KEYS.includes(name)) wrong(`${name} is unknown`);
  const { statusCode, headers, multiValueHeaders, body } = payload;
  const status = Number(statusCode ?? 200);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof statusCode === 'boolean')
    wrong('statusCode is not an HTTP status');
  if (body !== undefined && body !== null && typeof body !== 'string') wrong('body is not a string');
  return { status, headers: answerHeaders(headers, multiValueHeaders, wrong), body: typeof body === 'string' ? body : '' };
}

/** Merges `headers` and `multiValueHeaders`; a name with the same value is kept once. */
function answerHeaders(single: Json | undefined, multiple: Json | undefined, wrong: (what: string) => never): HttpPair[] {
  const result: HttpPair[] = [];
  for (const [name, values] of Object.entries(objectOrNothing(multiple, 'multiValueHeaders', wrong))) {
    if (!Array.isArray(values)) wrong(`multiValueHeaders.${name} is not a list`);
    for (const value of values as Json[]) result.push([name, headerText(value, name, wrong)]);
  }
  for (const [name, value] of Object.entries(objectOrNothing(single, 'headers', wrong))) {
    const text = headerText(value, name, wrong);
    if (!result.some(([key, other]) => key.toLowerCase() === name.toLowerCase() && other === text)) result.push([name, text]);
  }
  if (header(result, 'Content-Type') === undefined) result.push(['Content-Type', 'application/json']);
  return result;
}

function objectOrNothing(value: Json | undefined, name: string, wrong: (what: string) => never): JsonObject {
  if (value === undefined || value === null) return {};
  return typeof value !== 'object' || Array.isArray(value) ? wrong(`${name} is not an object`) : value;
}

function headerText(value: Json, name: string, wrong: (what: string) => never): string {
  return value === null || typeof value === 'object' ? wrong(`the header ${name} is not a string`) : String(value);
}
