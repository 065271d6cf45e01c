import type { Clock, EndpointService, JsonObject, ServiceReply, ServiceRequest } from '../../../contracts';
import { asObject } from '../../../protocol/json';
import { TokenBucket, takeFromAll } from '../token-bucket';
import { UsageConflict, type UsageStore } from '../usage/store';
import { operations } from './operations';
import { OPERATIONS, type Operation, pathOf, routed } from './routes';

/** Requests per second. Documented: "Quotas for creating, deploying and managing an API", which can't be increased. */
const ALL_OPERATIONS = { rate: 10, burst: 40 };
const RATES: Partial<Record<Operation, number>> = { CreateApiKey: 5, DeleteApiKey: 5 };

const STATUS = { BadRequestException: 400, ConflictException: 409, NotFoundException: 404 };

/**
 * API Gateway's control plane for API keys and usage plans. The next request to an API uses what it changes.
 *
 * Documented: "Actions, resources, and condition keys for Amazon API Gateway Management": the action is the HTTP method, the resource is
 * the path.
 *
 * @param store called for each operation, because keys in the template may depend on a custom resource
 */
export function controlPlane(store: () => UsageStore, clock: Clock, region: string): EndpointService {
  const now = clock.now();
  const everything = new TokenBucket(ALL_OPERATIONS, now);
  const single = new Map(Object.entries(RATES).map(([operation, rate]) => [operation, new TokenBucket({ rate, burst: rate }, now)]));

  return {
    name: 'apigateway',
    read: (request) => ({
      operation: routed(request)?.operation ?? `${request.method} ${pathOf(request)}`,
      checks: () => [{ action: `apigateway:${request.method}`, resource: `arn:aws:apigateway:${region}::${pathOf(request)}`, context: {} }],
      execute: () => execute(request),
    }),
    error: (_request, code, message, status) => failure(code, message, status),
    denied: (_request, { message }) => failure('AccessDeniedException', message, 403),
  };

  function execute(request: ServiceRequest): ServiceReply {
    const route = routed(request);
    if (!route) {
      const supported = OPERATIONS.join(', ');
      return failure(
        'BadRequestException',
        `${request.method} ${request.url} is not supported by the sandbox: use one of ${supported}`,
        400,
      );
    }
    const own = single.get(route.operation);
    if (!takeFromAll(own ? [everything, own] : [everything], clock.now())) {
      return failure('TooManyRequestsException', 'Too Many Requests', 429, { 'Retry-After': '1' });
    }
    try {
      const { status, body } = operations[route.operation]({ ...route, body: bodyOf(request), store: store(), now: clock.now() });
      return { status, headers: { 'Content-Type': 'application/json' }, body: body ? JSON.stringify(body) : '' };
    } catch (error) {
      if (error instanceof UsageConflict) return failure(error.code, error.message, STATUS[error.code]);
      throw error;
    }
  }
}

function bodyOf({ body }: ServiceRequest): JsonObject {
  const parsed = body.length === 0 ? {} : asObject(body.toString());
  if (parsed !== undefined) return parsed;
  throw new UsageConflict('BadRequestException', 'Invalid request body');
}

function failure(code: string, message: string, status: number, headers: Record<string, string> = {}): ServiceReply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': code, ...headers },
    error: code,
    body: JSON.stringify({ message }),
  };
}
