import type { ServiceRequest } from '../../../contracts';

/** The supported operations of API Gateway's control plane, with their documented paths. */
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

/** The path of a request, without its query. */
export function pathOf({ url }: ServiceRequest): string {
  return url.split('?')[0];
}

/** The operation of a request; undefined if it is not supported. */
export function routed(request: ServiceRequest): Routed | undefined {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  // ImportApiKeys has the path of CreateApiKey, with `mode=import`.
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
