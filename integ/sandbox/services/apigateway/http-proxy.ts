import { request as send } from 'node:http';
import { type HttpPair, pairs } from '../../protocol/http';
import { readBody } from '../../protocol/read-body';
import type { HttpTarget, IntegrationDefinition } from './definition';
import type { Exchange } from './exchange';
import { GatewayFailure } from './failure';
import { integrationRequest } from './integration';
import type { Answer } from './messages';

/** Of this hop only, or written by whoever sends. Documented: "Important notes for REST APIs". */
const OWN = /^(?:connection|content-length|expect|host|keep-alive|proxy-[\w-]+|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * An HTTP proxy integration: the request goes on as it came, but for what the integration maps, and the answer comes back as it is. A header that is
 * mapped takes the place of the caller's, in whatever case that was written. Documented: "Set up HTTP integrations in API Gateway".
 */
export async function callHttpProxy(target: HttpTarget, integration: IntegrationDefinition, exchange: Exchange): Promise<Answer> {
  const { request } = exchange;
  const mapped = integrationRequest(integration, exchange);
  const { hostname, port, host } = new URL(target.uri.replace(/\{[^}]+\}/g, '_'));
  // Not by a URL object, which would take a parameter of dots for a step upwards.
  const isGreedy = (name: string): boolean => {
    const source = /^method\.request\.path\.(.+)$/.exec(integration.requestParameters[`integration.request.path.${name}`] ?? '')?.[1];
    return String(exchange.context.resourcePath).includes(`{${source}+}`);
  };
  const written = target.uri.slice(target.uri.indexOf(host) + host.length);
  const path = written.replace(/\{([^}]+)\}/g, (_, name: string) => encode(mapped.path.get(name) ?? '', isGreedy(name))) || '/';
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(request.query)) for (const value of values) query.append(name, value);
  for (const [name, value] of mapped.query) query.set(name, value);
  const replaced = new Set(mapped.headers.map(([name]) => name.toLowerCase()));
  const passed = request.headers.filter(([name]) => !OWN.test(name) && !replaced.has(name.toLowerCase()));
  const body = Buffer.from(request.body);
  const own: HttpPair[] = [
    ['X-Forwarded-For', request.sourceIp],
    ['X-Forwarded-Proto', 'https'],
    ['Host', host],
    ['Content-Length', String(body.length)],
  ];
  const options = {
    hostname,
    port,
    path: query.size > 0 ? `${path}?${query}` : path,
    method: integration.httpMethod === 'ANY' ? request.method : integration.httpMethod,
    headers: [...passed, ...mapped.headers, ...own].flat(),
  };
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(new GatewayFailure('INTEGRATION_FAILURE', 'Internal server error', { inside: `${host}: ${error.message}` }));
    const call = send(options, (reply) => {
      const headers = pairs(reply.rawHeaders).filter(([name]) => !OWN.test(name));
      readBody(reply).then((bytes) => resolve({ status: reply.statusCode ?? 502, headers, body: bytes.toString('utf8') }), failed);
    });
    call.on('error', failed);
    call.end(body);
  });
}

/** A path parameter goes on encoded: a greedy one keeps its slashes, and dots alone would be a step upwards to whoever reads the path. */
function encode(value: string, greedy: boolean): string {
  const parts = greedy ? value.split('/') : [value];
  return parts.map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '%2E') : encodeURIComponent(part))).join('/');
}
