import { LeftOut } from '../../assembly/errors';
import type { Clock, Inspection, LogSink, WebAcls } from '../../contracts';
import { type HttpPair, type HttpRequest, type HttpResponse, header } from '../../protocol/http';
import { type AccessLogMode, writeAccessLog } from './access-log';
import type { Authorize } from './authorizer';
import type { AuthorizeByPool } from './cognito-authorizer';
import type { ApiDefinition, IntegrationDefinition, StageDefinition } from './definition';
import { beginExchange, type Context, type Exchange } from './exchange';
import { failureOf, GatewayFailure, RESPONSE_TYPES } from './failure';
import type { CountRequest } from './metrics';
import { gatewayResponse } from './respond';
import { type Route, router } from './routes';
import { type Integrate, type IntegrationParts, strategyOf } from './strategies';
import { TokenBucket } from './token-bucket';
import type { Meter } from './usage/meter';
import { validateRequest } from './validate';

export interface HandleParts extends IntegrationParts {
  readonly webAcls: WebAcls;
  readonly authorize: Authorize;
  readonly authorizeByPool: AuthorizeByPool;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly logs: LogSink;
  readonly count: CountRequest;
  readonly accessLog: AccessLogMode;
  /** Reports why the gateway itself returns a 5xx status, which callers don't receive. */
  readonly reportFailure: (kind: readonly string[], line: string) => void;
}

/** A request as the server read it; `tooLarge` if the payload is over the limit and was dropped. */
export type Incoming = HttpRequest & { readonly tooLarge?: boolean };

export type Handle = (stage: StageDefinition, request: Incoming) => Promise<HttpResponse>;

/**
 * Answers the requests of one API in the documented order: web ACL, route, authorizer, API key and limits ("After the Lambda authorizer
 * logs, API Gateway verifies the usage plan": re:Post, "How can I use Amazon API Gateway logs for troubleshooting?"), request validator,
 * mapping of the request, integration, mapping of the response. Errors of API Gateway itself are gateway responses.
 */
export function createHandle(api: ApiDefinition, parts: HandleParts): Handle {
  const route = router(api.resources);
  const ofApi: OfApi = { ...parts, shared: stageBuckets(parts.clock), integrate: strategiesOf(api, parts) };
  return async (stage, sent) => {
    const began = parts.clock.now();
    const stageArn = `arn:aws:apigateway:${api.region}::/restapis/${api.id}/stages/${stage.name}`;
    const inspection = parts.webAcls.inspect(stageArn, `/${stage.name}${sent.path}`, sent, began);
    const request = inspection?.inserted.length ? { ...sent, headers: [...sent.headers, ...inspection.inserted] } : sent;
    const found = route(request.method, request.path);
    const exchange = beginExchange(api, stage, request, found, began);
    const measured: Context = {};
    let response: HttpResponse;
    try {
      response = filtered(exchange, inspection) ?? (await run(ofApi, exchange, found, measured));
    } catch (error) {
      if (error instanceof LeftOut) return notRun(error.message);
      const failure = failureOf(error);
      response = gatewayResponse(failure, exchange);
      measured.integrationErrorMessage = failure.details.cause ?? null;
      reportFailure(parts, exchange, failure);
    }
    log(parts, exchange, response, measured, began);
    count(parts, exchange, response, measured, began);
    const own: HttpPair[] = [
      ['x-amzn-RequestId', String(exchange.context.requestId)],
      ['x-amz-apigw-id', String(exchange.context.extendedRequestId)],
    ];
    return { ...response, headers: [...response.headers, ...own] };
  };
}

/**
 * The custom response of a web ACL that blocks the request. Throws WAF_FILTERED if it has none. Documented: "Variables for access logging":
 * `wafResponseCode` and `webaclArn` exist if the stage has a web ACL.
 */
function filtered({ context }: Exchange, inspection: Inspection | undefined): HttpResponse | undefined {
  if (!inspection) return undefined;
  const { arn, blocked, response } = inspection;
  context.webaclArn = arn;
  context.wafResponseCode = blocked ? 'WAF_BLOCK' : 'WAF_ALLOW';
  context.waf = { status: blocked ? 403 : 200, latency: 0, error: blocked ? 'Forbidden' : null };
  if (!blocked) return undefined;
  if (response) return response;
  throw new GatewayFailure('WAF_FILTERED', 'Forbidden');
}

/** What is created once for an API. */
interface OfApi extends HandleParts {
  readonly shared: StageBuckets;
  readonly integrate: (integration: IntegrationDefinition) => Integrate;
}

type StageBuckets = (stage: StageDefinition, method: string) => TokenBucket | undefined;

/** The integration strategies of all methods. */
function strategiesOf(api: ApiDefinition, parts: IntegrationParts): OfApi['integrate'] {
  const methods = api.resources.flatMap((resource) => [...resource.methods.values()]);
  const strategies = new Map(
    methods.flatMap((method) => ('leftOut' in method ? [] : [[method.integration, strategyOf(method.integration, parts)] as const])),
  );
  return (integration) => strategies.get(integration) as Integrate;
}

/** The token buckets of the stages' limits: one per method, for all callers together. */
function stageBuckets(clock: Clock): StageBuckets {
  const buckets = new Map<string, TokenBucket>();
  return (stage, method) => {
    const limit = stage.throttle(method);
    if (!limit) return undefined;
    const name = `${stage.name}${method}`;
    const bucket = buckets.get(name) ?? new TokenBucket(limit, clock.now());
    buckets.set(name, bucket);
    return bucket;
  };
}

async function run(parts: OfApi, exchange: Exchange, route: Route | undefined, measured: Context): Promise<HttpResponse> {
  const { clock } = parts;
  const { request, parameters } = exchange;
  if ('tooLarge' in request && request.tooLarge === true) throw new GatewayFailure('REQUEST_TOO_LARGE', 'Request Too Long');
  const method = route?.method;
  if (!method) throw new GatewayFailure('MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token');
  if ('leftOut' in method) return notRun(method.leftOut);
  const sent = method.keyRequired && exchange.api.keySource === 'HEADER' ? header(request.headers, 'x-api-key') : undefined;
  const identity = exchange.context.identity as Context;
  if (sent !== undefined) identity.apiKey = sent;
  let named: string | undefined;
  if (method.authorizer) {
    const authorizerBegan = clock.now();
    const asking =
      method.authorizer.type === 'COGNITO_USER_POOLS'
        ? parts.authorizeByPool(method.authorizer, method.scopes, exchange).then(() => undefined)
        : parts.authorize(method.authorizer, exchange);
    named = await asking.finally(() => {
      measured.authorizerLatency = Math.round(clock.now() - authorizerBegan);
    });
  }
  meter(parts, exchange, route, method.keyRequired ? { value: exchange.api.keySource === 'HEADER' ? sent : named } : undefined);
  validateRequest(method, request, parameters);
  const called = clock.now();
  const integrated = await parts
    .integrate(method.integration)(exchange)
    .finally(() => {
      measured.integrationLatency = Math.round(clock.now() - called);
    });
  measured.integrationStatus = integrated.status;
  measured.backendStatus = integrated.backendStatus;
  return integrated.response();
}

/** Counts a request against its limits. For a method that requires no key, only the stage's limits apply. */
function meter(
  { meter, shared }: OfApi,
  { api, stage, context }: Exchange,
  route: Route,
  required: { readonly value: string | undefined } | undefined,
): void {
  const request = { value: required?.value, apiId: api.id, stage: stage.name, method: route.key, shared: shared(stage, route.key) };
  const caller = required && meter.identify(request);
  if (caller) Object.assign(context.identity as Context, { apiKey: caller.key.value, apiKeyId: caller.key.id });
  meter.count(request, caller);
}

/** The sandbox's own response, with a status that API Gateway never returns. */
function notRun(reason: string): HttpResponse {
  const headers: HttpPair[] = [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', 'NotImplementedException'],
  ];
  return { status: 501, headers, body: JSON.stringify({ message: `The sandbox does not run this method: ${reason}` }) };
}

function reportFailure(parts: HandleParts, { api, context }: Exchange, { type, details }: GatewayFailure): void {
  const { cause, status = RESPONSE_TYPES[type].status } = details;
  if (cause === undefined || status < 500) return;
  const method = `${context.httpMethod} ${context.resourcePath}`;
  parts.reportFailure([api.id, method, type, cause], `${method} returns ${status} (${type}): ${cause}`);
}

function count(
  parts: HandleParts,
  { api, stage }: Exchange,
  { status }: HttpResponse,
  { integrationLatency }: Context,
  began: number,
): void {
  const integrationMilliseconds = typeof integrationLatency === 'number' ? integrationLatency : undefined;
  parts.count({ name: api.name, stage: stage.name }, { status, milliseconds: parts.clock.now() - began, integrationMilliseconds });
}

function log(parts: HandleParts, exchange: Exchange, response: HttpResponse, measured: Context, began: number): void {
  if (!exchange.stage.accessLog) return;
  const { context } = exchange;
  const now = parts.clock.now();
  const { authorizerLatency = null, integrationLatency = null, integrationStatus = null, backendStatus = null } = measured;
  const { integrationErrorMessage = null } = measured;
  // These variables are only for the log: nothing reads $context after it.
  context.status = response.status;
  context.responseLength = Buffer.byteLength(response.body);
  context.responseLatency = Math.round(now - began);
  context.integrationLatency = integrationLatency;
  context.integrationStatus = integrationStatus;
  context.integrationErrorMessage = integrationErrorMessage;
  context.integration = {
    latency: integrationLatency,
    integrationStatus,
    status: backendStatus,
    error: integrationErrorMessage,
  };
  const authorizer: Context = typeof context.authorizer === 'object' && context.authorizer !== null ? context.authorizer : {};
  authorizer.latency = authorizerLatency;
  authorizer.integrationLatency = authorizerLatency;
  context.authorizer = authorizer;
  writeAccessLog(parts.logs, parts.accessLog, exchange, now);
}
