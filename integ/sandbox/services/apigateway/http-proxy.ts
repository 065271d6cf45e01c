import type { HttpPair, HttpResponse } from '../../protocol/http';
import type { HttpTarget, IntegrationDefinition } from './definition';
import type { Exchange } from './exchange';
import { type Connect, NOT_FORWARDED, pathOf, sendHttp } from './http-call';
import { integrationRequest } from './integration';

/**
 * Calls an HTTP proxy integration: the request is forwarded unchanged except for mapped parameters, and the response is returned unchanged.
 * A mapped header replaces the caller's, in any case. Documented: "Set up HTTP integrations in API Gateway".
 */
export async function callHttpProxy(
  connect: Connect,
  target: HttpTarget,
  integration: IntegrationDefinition,
  exchange: Exchange,
): Promise<HttpResponse> {
  const { request } = exchange;
  const mapped = integrationRequest(integration, exchange);
  const path = pathOf(target, integration, exchange, mapped);
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(request.query)) for (const value of values) query.append(name, value);
  for (const [name, value] of mapped.query) query.set(name, value);
  const replaced = new Set(mapped.headers.map(([name]) => name.toLowerCase()));
  const passed = request.headers.filter(([name]) => !NOT_FORWARDED.test(name) && !replaced.has(name.toLowerCase()));
  const added: HttpPair[] = [
    ['X-Forwarded-For', request.sourceIp],
    ['X-Forwarded-Proto', 'https'],
  ];
  return sendHttp(target, connect(target), {
    method: integration.httpMethod === 'ANY' ? request.method : (integration.httpMethod ?? request.method),
    path: query.size > 0 ? `${path}?${query}` : path,
    headers: [...passed, ...mapped.headers, ...added],
    body: Buffer.from(request.body),
  });
}
