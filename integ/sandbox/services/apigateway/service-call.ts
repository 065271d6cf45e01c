import type { Credentials, Endpoint } from '../../contracts';
import { header, NotSendable } from '../../protocol/http';
import type { IntegrationDefinition } from './definition';
import type { Exchange } from './exchange';
import { GatewayFailure } from './failure';
import type { CallService, IntegrationRequest, ServiceTarget } from './messages';
import { takeRole } from './permission';
import { urlEncode } from './vtl/java-text';

/** How long before its expiration a session is renewed. Sessions expire in this machine's time. */
const RENEW_BEFORE_MS = 60_000;

/** Calls AWS services through the endpoint, with a session of the integration's role. */
export function createServiceCalls(endpoint: Pick<Endpoint, 'assumeAsService' | 'call'>): CallService {
  const sessions = new Map<string, Credentials>();

  const session = (role: string): Credentials => {
    const known = sessions.get(role);
    if (known && (known.expiration === undefined || known.expiration - RENEW_BEFORE_MS > Date.now())) return known;
    const credentials = takeRole(endpoint, role);
    sessions.set(role, credentials);
    return credentials;
  };

  return async (target, integration, exchange, request) => {
    const credentials = session(integration.credentials ?? '');
    const { service, region } = target;
    const url = urlOf(target, request);
    const method = methodOf(integration, exchange);
    const body = Buffer.from(method === 'GET' || method === 'HEAD' ? '' : request.body);
    const headers = headersOf(target, exchange, request, body);
    const reply = await endpoint.call({ credentials, service, region, method, url, headers, body }).catch((error: Error) => {
      if (error instanceof NotSendable) throw error;
      throw new GatewayFailure('INTEGRATION_FAILURE', 'Network error communicating with endpoint', { cause: error.message });
    });
    const { status } = reply;
    return { status, headers: Object.entries(reply.headers), body: reply.body.toString(), selects: String(status) };
  };
}

function methodOf(integration: IntegrationDefinition, exchange: Exchange): string {
  const method = integration.httpMethod ?? 'ANY';
  return method === 'ANY' ? exchange.request.method : method;
}

function urlOf(target: ServiceTarget, request: IntegrationRequest): string {
  const path = target.path.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const value = request.path.get(name);
    return value === undefined ? whole : encodeURIComponent(value);
  });
  const query = [target.query, ...request.query.map(([name, value]) => `${urlEncode(name)}=${urlEncode(value)}`)];
  const text = query.filter((part) => part !== '').join('&');
  return text === '' ? path : `${path}?${text}`;
}

/** Mapped headers and those that API Gateway sets itself; other headers of the caller are not sent. */
function headersOf(target: ServiceTarget, exchange: Exchange, request: IntegrationRequest, body: Buffer): Record<string, string> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': `AmazonAPIGateway_${exchange.api.id}`,
    'content-type': header(exchange.request.headers, 'Content-Type') ?? 'application/json',
  };
  if (target.operation !== undefined) {
    headers['x-amz-target'] = target.operation;
    headers['content-type'] = 'application/x-amz-json-1.0';
  }
  for (const [name, value] of request.headers) headers[name.toLowerCase()] = value;
  headers.host = `${target.service}.${target.region}.amazonaws.com`;
  headers['content-length'] = String(body.length);
  return headers;
}
