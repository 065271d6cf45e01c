import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Credentials, Endpoint } from '../../contracts';
import { type HttpPair, header, pairs } from '../../protocol/http';
import { sign } from '../../protocol/sign';
import type { IntegrationDefinition } from './definition';
import type { Exchange } from './exchange';
import { GatewayFailure } from './failure';
import type { CallService, IntegrationAnswer, IntegrationRequest, ServiceTarget } from './messages';
import { takeRole } from './permission';
import { urlEncode } from './vtl/java-text';

/** A session is renewed this long before it ends, in milliseconds of this machine, in whose time sessions end. */
const RENEW_BEFORE = 60_000;

/** Calls of AWS services through the endpoint: signed with the session of the integration's role, on kept connections. */
export function createServiceCalls(endpoint: Endpoint): { readonly call: CallService; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const sessions = new Map<string, Credentials>();
  const { hostname, port } = new URL(endpoint.url);

  const session = (role: string): Credentials => {
    const known = sessions.get(role);
    if (known && (known.expiration === undefined || known.expiration - RENEW_BEFORE > Date.now())) return known;
    const credentials = takeRole(endpoint, role);
    sessions.set(role, credentials);
    return credentials;
  };

  const call: CallService = async (target, integration, exchange, request) => {
    const credentials = session(integration.credentials ?? '');
    const url = urlOf(target, request);
    const method = methodOf(integration, exchange);
    const body = method === 'GET' || method === 'HEAD' ? '' : request.body;
    const headers = headersOf(target, exchange, request, body);
    const signed = await sign({ method, url, headers, body }, credentials, { service: target.service, region: target.region });
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void =>
        reject(new GatewayFailure('INTEGRATION_FAILURE', 'Network error communicating with endpoint', { inside: error.message }));
      const outgoing = httpRequest({ agent, hostname, port, method, path: url, headers: signed }, (incoming) => {
        answerOf(incoming).then(resolve, failed);
      });
      outgoing.on('error', failed);
      outgoing.end(body);
    });
  };
  return { call, close: () => agent.destroy() };
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

/** Only what is mapped, and what API Gateway sets itself: nothing else of the caller's headers goes to a service. */
function headersOf(target: ServiceTarget, exchange: Exchange, request: IntegrationRequest, body: string): Record<string, string> {
  const defaults: HttpPair[] = [
    ['accept', 'application/json'],
    ['user-agent', `AmazonAPIGateway_${exchange.api.id}`],
    ['content-type', header(exchange.request.headers, 'Content-Type') ?? 'application/json'],
  ];
  const all = [...defaults, ...request.headers].map(([name, value]): HttpPair => [name.toLowerCase(), value]);
  return {
    ...Object.fromEntries(all),
    host: `${target.service}.${target.region}.amazonaws.com`,
    'content-length': String(Buffer.byteLength(body)),
  };
}

async function answerOf(incoming: IncomingMessage): Promise<IntegrationAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const status = incoming.statusCode ?? 500;
  return { status, headers: pairs(incoming.rawHeaders), body: Buffer.concat(chunks).toString('utf8'), selects: String(status) };
}
