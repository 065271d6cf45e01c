import type { Check, Clock, JsonObject, ServiceCall, ServiceReply, ServiceRequest } from '../../../contracts';
import { EngineError, type PromqlEngine, PromqlError } from '../../../engines';
import { readForm } from '../../../protocol/form';
import { ServiceError } from '../../../protocol/service-error';
import { bodyOf, LARGEST_BODY } from '../protocol/formats';

/** Documented: "OTLP Endpoints": binary and JSON, and gzip. */
const TYPES = ['application/x-protobuf', 'application/json'];
const OTLP = '/v1/metrics';
const QUERY = '/api/v1/query';
const RANGE = '/api/v1/query_range';
const JSON_TYPE = { 'content-type': 'application/json' };
/** Documented: "PromQL limits and restrictions". */
const LONGEST_RANGE_MS = 7 * 24 * 3_600_000;
const MOST_STEPS = 11_000;

const check = (...actions: readonly string[]): Check[] =>
  actions.map((action) => ({ action: `cloudwatch:${action}`, resource: '*', context: {} }));

export const isHttpApi = ({ url }: Pick<ServiceRequest, 'url'>): boolean => url.startsWith('/v1/') || url.startsWith('/api/v1/');

/** CloudWatch's endpoints for OTLP metrics and for queries in PromQL, which have paths of their own instead of operations. */
export function readHttpApi(request: ServiceRequest, engine: PromqlEngine, clock: Pick<Clock, 'now'>): ServiceCall {
  const [path] = request.url.split('?');
  if (path === OTLP && request.method === 'POST') return ingest(request, engine, clock);
  if (path === QUERY || path === RANGE) return query(path, request, engine, clock);
  throw new ServiceError(
    'InvalidAction',
    `The sandbox does not support ${request.method} ${path} of CloudWatch: it has ${OTLP}, ${QUERY} and ${RANGE}`,
  );
}

function ingest(request: ServiceRequest, engine: PromqlEngine, clock: Pick<Clock, 'now'>): ServiceCall {
  const type = (request.headers['content-type'] ?? '').split(';')[0];
  if (!TYPES.includes(type)) throw new ServiceError('UnsupportedMediaType', `The content type must be one of ${TYPES.join(', ')}`, 415);
  const body = bodyOf(request);
  if (body.length > LARGEST_BODY) throw new ServiceError('RequestEntityTooLarge', 'The body is larger than 1 MB', 413);
  return {
    operation: 'PutOTLPMetrics',
    checks: () => check('PutMetricData'),
    async execute() {
      await orServiceError(() => engine.write(body, type, clock.now()));
      // An empty ExportMetricsServiceResponse: everything was accepted.
      return { status: 200, headers: { 'content-type': type }, body: type === 'application/json' ? '{}' : '' };
    },
  };
}

function query(path: string, request: ServiceRequest, engine: PromqlEngine, clock: Pick<Clock, 'now'>): ServiceCall {
  const form = readForm({ url: request.url, body: bodyOf(request) });
  const text = form.get('query') ?? '';
  if (text === '') throw invalid('the parameter query is missing');
  const run = path === QUERY ? () => engine.query(text, timeIn(form, 'time') ?? clock.now()) : () => engine.queryRange(text, rangeIn(form));
  return {
    operation: 'QueryMetrics',
    checks: () => check('GetMetricData', 'ListMetrics'),
    execute: async (): Promise<ServiceReply> => ({
      status: 200,
      headers: JSON_TYPE,
      body: JSON.stringify(await orServiceError<JsonObject>(run)),
    }),
  };
}

function rangeIn(form: ReadonlyMap<string, string>): Parameters<PromqlEngine['queryRange']>[1] {
  const [start, end] = [timeIn(form, 'start'), timeIn(form, 'end')];
  const step = Number(form.get('step')) * 1000;
  if (start === undefined || end === undefined || end < start) throw invalid('start and end must be times, in their order');
  if (!(step > 0)) throw invalid('step must be a number of seconds: other durations are not supported');
  if (end - start > LONGEST_RANGE_MS) throw invalid('the range must be at most 7 days');
  if ((end - start) / step > MOST_STEPS) throw invalid(`the range must have at most ${MOST_STEPS} steps`);
  return { start, end, step: Math.max(1, Math.round(step)) };
}

function timeIn(form: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = form.get(name);
  if (text === undefined) return undefined;
  const at = Number.isFinite(Number(text)) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isFinite(at)) throw invalid(`${name} must be an RFC 3339 time or seconds since the epoch`);
  return Math.round(at);
}

async function orServiceError<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PromqlError) throw new ServiceError(error.kind, error.message, error.kind === 'bad_data' ? 400 : 422);
    if (error instanceof EngineError) throw new ServiceError('unavailable', error.message, 503);
    throw error;
  }
}

const invalid = (message: string) => new ServiceError('bad_data', message);

/** As Prometheus' HTTP API has it. */
export function httpApiError(code: string, message: string, status: number): ServiceReply {
  return { status, headers: JSON_TYPE, body: JSON.stringify({ status: 'error', errorType: code, error: message }), error: code };
}
