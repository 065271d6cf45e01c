import { request as sendPlain } from 'node:http';
import { request as sendSecure } from 'node:https';
import { type HttpPair, type HttpResponse, pairs } from '../../protocol/http';
import { readBody } from '../../protocol/read-body';
import type { HttpTarget, IntegrationDefinition } from './definition';
import type { Exchange } from './exchange';
import { GatewayFailure } from './failure';
import type { EndpointResponse, IntegrationRequest } from './messages';

/** Headers that are not forwarded: they belong to one connection, or the sender sets them. Documented: "Important notes for REST APIs". */
export const NOT_FORWARDED = /^(?:connection|content-length|expect|host|keep-alive|proxy-[\w-]+|te|trailer|transfer-encoding|upgrade)$/i;

interface HttpCall {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: readonly HttpPair[];
  readonly body: Buffer;
}

/** Sends a request to the origin of a target, with the host of its URI as the Host header. */
export function sendHttp({ uri, origin }: HttpTarget, { method, path, headers, body }: HttpCall): Promise<HttpResponse> {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostOf(uri);
  const own: HttpPair[] = [
    ['Host', host],
    ['Content-Length', String(body.length)],
  ];
  const options = { hostname, port, path, method, headers: [...headers, ...own].flat() };
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(new GatewayFailure('INTEGRATION_FAILURE', 'Internal server error', { cause: `${host}: ${error.message}` }));
    const call = (protocol === 'https:' ? sendSecure : sendPlain)(options, (reply) => {
      const kept = pairs(reply.rawHeaders).filter(([name]) => !NOT_FORWARDED.test(name));
      readBody(reply).then((bytes) => resolve({ status: reply.statusCode ?? 502, headers: kept, body: bytes.toString('utf8') }), failed);
    });
    call.on('error', failed);
    call.end(body);
  });
}

/** The path of a target with the mapped path parameters. It is not built with a URL object, which would resolve a parameter `..`. */
export function pathOf({ uri }: HttpTarget, integration: IntegrationDefinition, { context }: Exchange, mapped: IntegrationRequest): string {
  const isGreedy = (name: string): boolean => {
    const source = /^method\.request\.path\.(.+)$/.exec(integration.requestParameters[`integration.request.path.${name}`] ?? '')?.[1];
    return String(context.resourcePath).includes(`{${source}+}`);
  };
  const host = hostOf(uri);
  const written = uri.slice(uri.indexOf(host) + host.length);
  return written.replace(/\{([^}]+)\}/g, (_, name: string) => encode(mapped.path.get(name) ?? '', isGreedy(name))) || '/';
}

/** Calls an HTTP integration that is not a proxy: the server receives only what the integration maps. */
export async function callHttp(
  target: HttpTarget,
  integration: IntegrationDefinition,
  exchange: Exchange,
  mapped: IntegrationRequest,
): Promise<EndpointResponse> {
  const method = integration.httpMethod === 'ANY' ? exchange.request.method : (integration.httpMethod ?? 'GET');
  const query = new URLSearchParams(mapped.query.map(([name, value]): [string, string] => [name, value]));
  const path = pathOf(target, integration, exchange, mapped);
  const given = new Set(mapped.headers.map(([name]) => name.toLowerCase()));
  const defaults: HttpPair[] = [
    ['Accept', 'application/json'],
    ['Content-Type', 'application/json'],
    ['User-Agent', `AmazonAPIGateway_${exchange.api.id}`],
  ];
  const response = await sendHttp(target, {
    method,
    path: query.size > 0 ? `${path}${path.includes('?') ? '&' : '?'}${query}` : path,
    headers: [...defaults.filter(([name]) => !given.has(name.toLowerCase())), ...mapped.headers],
    body: Buffer.from(method === 'GET' || method === 'HEAD' ? '' : mapped.body),
  });
  return { ...response, selects: String(response.status) };
}

function hostOf(uri: string): string {
  return new URL(uri.replace(/\{[^}]+\}/g, '_')).host;
}

/** Encodes a path parameter. A greedy one keeps its slashes. A segment of only dots is encoded, because a server would resolve it. */
function encode(value: string, greedy: boolean): string {
  const parts = greedy ? value.split('/') : [value];
  return parts.map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '%2E') : encodeURIComponent(part))).join('/');
}
