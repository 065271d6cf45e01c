import type { ServiceRequest } from '../../../contracts';

/** The operations of API Gateway's own API that are executed, with the path that each has in its reference. */
const ROUTES = {
  CreateApiKey: 'POST /apikeys',
  GetApiKeys: 'GET /apikeys',
  GetApiKey: 'GET /apikeys/{keyId}',
  UpdateApiKey: 'PATCH /apikeys/{keyId}',
  DeleteApiKey: 'DELETE /apikeys/{keyId}',
  GetUsagePlans: 'GET /usageplans',
  GetUsagePlan: 'GET /usageplans/{planId}',
  CreateUsagePlanKey: 'POST /usageplans/{planId}/keys',
  GetUsagePlanKeys: 'GET /usageplans/{planId}/keys',
  GetUsagePlanKey: 'GET /usageplans/{planId}/keys/{keyId}',
  DeleteUsagePlanKey: 'DELETE /usageplans/{planId}/keys/{keyId}',
} as const;

export type Operation = keyof typeof ROUTES;
export const OPERATIONS = Object.keys(ROUTES) as Operation[];

export interface Routed {
  readonly operation: Operation;
  readonly keyId: string;
  readonly planId: string;
  readonly query: ReadonlyMap<string, string>;
}

const PATTERNS = OPERATIONS.map((operation) => {
  const [method, path] = ROUTES[operation].split(' ');
  return { operation, method, pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`) };
});

/** Path of a request, without its query. */
export function pathOf({ url }: ServiceRequest): string {
  return url.split('?')[0];
}

/** The operation that a request is; undefined where it is none of them. */
export function routed(request: ServiceRequest): Routed | undefined {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  // `mode=import` is ImportApiKeys, which has the path of CreateApiKey.
  if (query.has('mode')) return undefined;
  for (const { operation, method, pattern } of PATTERNS) {
    const found = method === request.method ? pattern.exec(pathOf(request)) : null;
    if (found) {
      const { keyId = '', planId = '' } = found.groups ?? {};
      return { operation, keyId: decodeURIComponent(keyId), planId: decodeURIComponent(planId), query: new Map(query) };
    }
  }
  return undefined;
}
