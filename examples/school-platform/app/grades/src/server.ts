import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { callerOf } from './caller';
import { answering } from './current-request';
import type { Lifecycle } from './lifecycle';
import { type Handled, handledLine, type Log } from './log';
import type { Metrics } from './metrics';
import { Problem } from './problem';
import { addRoutes, type RouteOptions } from './routes';
import type { Traces } from './traces';
import type { Claims } from './verifier';

export interface ServerOptions extends RouteOptions {
  readonly lifecycle: Lifecycle;
  verify(token: string): Promise<Claims>;
  readonly schoolClaim: string;
  readonly metricNamespace: string;
  readonly metrics: Pick<Metrics, 'record'>;
  readonly traces: Pick<Traces, 'begin'>;
  readonly log: Log;
}

const BODY_BYTES = 4_096;
/** Longer than the idle timeout of the load balancer, which would otherwise send requests into closed connections. */
const KEEP_ALIVE_MS = 65_000;
/** How long a request may take to arrive. */
const ARRIVAL_MS = 10_000;
const CORRELATION_ID = /^[\w=+/-]{1,128}$/;

/** The HTTP server of the service, which listens to nothing yet. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { lifecycle, verify, schoolClaim, data, metricNamespace, metrics, traces, now, log } = options;
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: ARRIVAL_MS,
    http: { headersTimeout: ARRIVAL_MS, maxHeaderSize: 16_384 },
    genReqId: ({ headers }) => correlationIdOf(headers),
    // A request that arrives while the server closes is answered like any other.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });

  // A body of text is never valid here, and so not read.
  server.removeContentTypeParser('text/plain');
  server.get('/health', async () => ({ status: 'healthy' }));
  server.get('/ready', async (_, reply) => {
    if (!lifecycle.isReady) reply.code(503);
    return { status: lifecycle.isReady ? 'ready' : lifecycle.isStopping ? 'stopping' : 'starting' };
  });

  server.addHook('onRequest', async (request, reply) => {
    // Clients then open no further request on this connection.
    if (lifecycle.isStopping) reply.header('Connection', 'close');
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    request.trace = traces.begin({ operation, method: request.method, correlationId: request.id, header: traceHeaderOf(request.headers) });
    request.caller = await callerOf(request.headers, { verify, schoolClaim });
  });
  // Not earlier: the body arrives outside of what an earlier hook began.
  server.addHook('preHandler', ({ id: correlationId, trace }, _, done) => answering({ correlationId, trace }, done));
  server.addHook('onResponse', async (request, reply) => {
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    const handled: Handled = {
      operation,
      school: request.caller?.school,
      correlationId: request.id,
      traceId: traceHeaderOf(request.headers)?.slice(0, 128),
      status: reply.statusCode,
      milliseconds: reply.elapsedTime,
      at: now(),
    };
    log(handledLine(metricNamespace, handled));
    metrics.record(handled);
    request.trace?.end(handled);
  });
  server.setNotFoundHandler((request, reply) => send(request, reply, 404, 'There is no such path.'));
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const [status, message] = answerTo(error);
    if (status >= 500) {
      // A session can be revoked before it expires.
      if (error.name === 'AccessDeniedException' && request.caller !== undefined) data.forget(request.caller.school);
      const { name, message: reason } = error;
      log({
        level: 'ERROR',
        message: 'Request failed',
        correlationId: request.id,
        school: request.caller?.school,
        error: name,
        reason: reason.slice(0, 300),
      });
    }
    if (status === 503) reply.header('Retry-After', '1');
    return send(request, reply, status, message);
  });

  addRoutes(server, options);
  return server;
}

/** The id that the API sets, which callers cannot choose. */
function correlationIdOf({ 'x-correlation-id': id }: IncomingHttpHeaders): string {
  return typeof id === 'string' && CORRELATION_ID.test(id) ? id : randomUUID();
}

function traceHeaderOf({ 'x-amzn-trace-id': header }: IncomingHttpHeaders): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function send(request: FastifyRequest, reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ message, correlationId: request.id });
}

/** Names of errors of AWS that go away by themselves. */
const TRANSIENT = [
  'InternalServerError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling', // of STS
  'ThrottlingException',
  'TimeoutError',
  'TransactionInProgressException',
];
/** Answers to requests that do not reach a route's own code. */
const MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `The body has more than ${BODY_BYTES} bytes.`,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body must have the content type application/json.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty.',
};

function answerTo(error: FastifyError): readonly [status: number, message: string] {
  if (error instanceof Problem) return [error.status, error.message];
  if (error.name === 'TenantNotActive') return [403, 'The school is not active.'];
  if (error.validation !== undefined) return [400, invalidInput(error)];
  const { statusCode = 500 } = error;
  if (statusCode >= 400 && statusCode < 500) return [statusCode, MESSAGES[error.code] ?? 'The request is malformed.'];
  if (TRANSIENT.includes(error.name)) return [503, 'The service is busy: repeat the request.'];
  return [500, 'Internal server error'];
}

const MOST_OF_A_NAME = 64;

/** The validator names what is wrong with a field, but not an unknown field. */
function invalidInput({ message, validation = [], validationContext = 'body' }: FastifyError): string {
  const [{ instancePath = '', params: { additionalProperty: unknown } = {} } = {}] = validation;
  if (typeof unknown !== 'string') return `${message}.`;
  return `${validationContext}${instancePath} must not have the field ${JSON.stringify(unknown.slice(0, MOST_OF_A_NAME))}.`;
}
