import { randomBytes, randomUUID } from 'node:crypto';
import type { ApiDefinition, StageDefinition } from './definition';
import { type ApiRequest, header, type PathParameters } from './request';
import type { Route } from './routes';
import type { Value } from './vtl/value';

/** Variables of `$context`, as JSON has them: what is not there is null. */
export type Context = { [name: string]: string | number | boolean | null | Context };

/** One request on its way through the gateway. */
export interface Exchange {
  readonly api: ApiDefinition;
  readonly stage: StageDefinition;
  readonly request: ApiRequest;
  readonly parameters: PathParameters;
  readonly context: Context;
  /** `$context.requestOverride` and `$context.responseOverride`, which templates change. */
  readonly overrides: ReadonlyMap<string, Value>;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The exchange at its beginning: `$context` has everything but the authorizer's part. */
export function beginExchange(
  api: ApiDefinition,
  stage: StageDefinition,
  request: ApiRequest,
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
    // Documented: "Clients can override this request ID", while the extended one is API Gateway's own.
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
 * Observed: 15 characters of base64url and its padding (`S-D5rG9QFiAFnVg=`, `CzuJMEDMoAMF_MQ=`). Always with both of the characters that are neither
 * letters nor digits: whoever can't carry one is found out by the first request.
 */
function extendedRequestId(): string {
  const [start, end] = [5, 4].map((bytes) => randomBytes(bytes).toString('base64url').replace(/[-_]/g, 'A'));
  return `${start}-${end}_=`;
}

/** `dd/MMM/yyyy:HH:mm:ss +0000` */
export function commonLogTime(now: number): string {
  const date = new Date(now);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** A variable of `$context` by its dotted name, as text; undefined where there is none. */
export function contextVariable(context: Context, name: string): string | undefined {
  let value: Context[string] | undefined = context;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value === null || typeof value === 'object' ? undefined : String(value);
}
