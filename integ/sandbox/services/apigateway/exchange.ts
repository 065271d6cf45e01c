import { randomUUID } from 'node:crypto';
import { randomText } from '../../process/random';
import { type HttpRequest, header, type PathParameters } from '../../protocol/http';
import type { ApiDefinition, StageDefinition } from './definition';
import type { Route } from './routes';
import type { Value } from './vtl/value';

/** The variables of `$context`, as JSON values; a missing one is null. */
export type Context = { [name: string]: string | number | boolean | null | Context };

/** One request while the gateway handles it. */
export interface Exchange {
  readonly api: ApiDefinition;
  readonly stage: StageDefinition;
  readonly request: HttpRequest;
  readonly parameters: PathParameters;
  readonly context: Context;
  /** `$context.requestOverride` and `$context.responseOverride`, which templates change. */
  readonly overrides: ReadonlyMap<string, Value>;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A new exchange, whose `$context` has everything except `authorizer`. */
export function beginExchange(
  api: ApiDefinition,
  stage: StageDefinition,
  request: HttpRequest,
  route: Route | undefined,
  now: number,
): Exchange {
  const identity: Context = {
    cognitoIdentityPoolId: null,
    accountId: null,
    cognitoIdentityId: null,
    caller: null,
    sourceIp: request.sourceIp,
    principalOrgId: null,
    accessKey: null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: null,
    userAgent: header(request.headers, 'User-Agent') ?? null,
    user: null,
  };
  const context: Context = {
    resourceId: route?.resource.id ?? null,
    resourcePath: route?.resource.path ?? null,
    httpMethod: request.method,
    extendedRequestId: extendedRequestId(),
    requestTime: commonLogTime(now),
    path: `/${stage.name}${request.path}`,
    accountId: api.account,
    protocol: request.protocol,
    stage: stage.name,
    domainPrefix: api.id,
    requestTimeEpoch: now,
    // Documented: "Clients can override this request ID", but not the extended request ID.
    requestId: header(request.headers, 'x-amzn-RequestId') ?? randomUUID(),
    identity,
    domainName: api.host,
    deploymentId: stage.deploymentId,
    apiId: api.id,
  };
  const overrides = new Map<string, Value>([
    ['requestOverride', new Map<string, Value>(['header', 'path', 'querystring'].map((part) => [part, new Map<string, Value>()]))],
    ['responseOverride', new Map<string, Value>([['header', new Map<string, Value>()]])],
  ]);
  return { api, stage, request, parameters: route?.parameters ?? {}, context, overrides };
}

/**
 * Observed: 15 characters of base64url and its padding (`S-D5rG9QFiAFnVg=`, `CzuJMEDMoAMF_MQ=`). It always contains both `-` and `_`, so
 * that code that can't handle one of them fails on the first request.
 */
function extendedRequestId(): string {
  const random = randomText(10, 'base64url').replace(/[-_]/g, 'A');
  return `${random.slice(0, 7)}-${random.slice(7, 13)}_=`;
}

/** `dd/MMM/yyyy:HH:mm:ss +0000` */
export function commonLogTime(now: number): string {
  const date = new Date(now);
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}

/** The value of a `$context` variable by its dotted name, as text; undefined if there is none. */
export function contextVariable(context: Context, name: string): string | undefined {
  return contextVariableAt(context, name.split('.'));
}

/** The value of a `$context` variable by the parts of its name. */
export function contextVariableAt(context: Context, path: readonly string[]): string | undefined {
  let value: Context[string] | undefined = context;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value === null || typeof value === 'object' ? undefined : String(value);
}
