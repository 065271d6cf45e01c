import { request as sendPlain } from 'node:http';
import { request as sendSecure } from 'node:https';
import { type HttpPair, type HttpResponse, pairs } from '../../protocol/http';
import { readBody } from '../../protocol/read-body';
import type { HttpTarget, IntegrationDefinition } from './definition';
import type { Exchange } from './exchange';
import { GatewayFailure, misconfigured } from './failure';
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

/** Where a server is on this machine, and how it is spoken to. */
export interface Connection {
  readonly secure: boolean;
  readonly to: { readonly hostname: string; readonly port: string | number } | { readonly socketPath: string };
  /** The authority that signed the server's certificate, whose name must be the host of the URI. */
  readonly certificateAuthority?: string;
  /** Headers about the connection itself. */
  readonly headers?: readonly HttpPair[];
}

/** @throws GatewayFailure if there is no way to the server */
export type Connect = (target: HttpTarget) => Connection;

/** Sends over a connection, under the host that the URI of a target names. */
export function sendHttp({ uri }: HttpTarget, connection: Connection, { method, path, headers, body }: HttpCall): Promise<HttpResponse> {
  const { secure, to, certificateAuthority: ca } = connection;
  const host = hostOf(uri);
  const own: HttpPair[] = [
    ['Host', host],
    ['Content-Length', String(body.length)],
  ];
  const tls = ca === undefined ? {} : { ca, servername: host.replace(/:\d+$/, '') };
  const options = { ...to, ...tls, path, method, headers: [...headers, ...own, ...(connection.headers ?? [])].flat() };
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(new GatewayFailure('INTEGRATION_FAILURE', 'Internal server error', { cause: `${host}: ${error.message}` }));
    const call = (secure ? sendSecure : sendPlain)(options, (reply) => {
      const kept = pairs(reply.rawHeaders).filter(([name]) => !NOT_FORWARDED.test(name));
      readBody(reply).then((bytes) => resolve({ status: reply.statusCode ?? 502, headers: kept, body: bytes.toString('utf8') }), failed);
    });
    call.on('error', failed);
    call.end(body);
  });
}

/**
 * The path of a request to a target. Behind a VPC link it is the one of the caller's request with the stage, unless a template sets another one.
 * Documented: "Private integrations for REST APIs in API Gateway": "API Gateway includes the stage portion of the API endpoint in the request".
 */
export function pathOf(target: HttpTarget, integration: IntegrationDefinition, exchange: Exchange, mapped: IntegrationRequest): string {
  const { stage, request } = exchange;
  if ('vpcLinkId' in target.through) return mapped.wholePath ?? `/${stage.name}${request.path}`;
  if (mapped.wholePath !== undefined) throw misconfigured('$context.requestOverride.path as a whole is supported behind a VPC link only');
  return pathOfUri(target, integration, exchange, mapped);
}

/** The path of the URI with the mapped path parameters. It is not built with a URL object, which would resolve a parameter `..`. */
function pathOfUri({ uri }: HttpTarget, integration: IntegrationDefinition, { context }: Exchange, mapped: IntegrationRequest): string {
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
  connect: Connect,
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
  const response = await sendHttp(target, connect(target), {
    method,
    path: query.size > 0 ? `${path}${path.includes('?') ? '&' : '?'}${query}` : path,
    headers: [...defaults.filter(([name]) => !given.has(name.toLowerCase())), ...mapped.headers],
    body: Buffer.from(method === 'GET' || method === 'HEAD' ? '' : mapped.body),
  });
  return { ...response, selects: String(response.status) };
}

export function hostOf(uri: string): string {
  return new URL(uri.replace(/\{[^}]+\}/g, '_')).host;
}

/** Encodes a path parameter. A greedy one keeps its slashes. A segment of only dots is encoded, because a server would resolve it. */
function encode(value: string, greedy: boolean): string {
  const parts = greedy ? value.split('/') : [value];
  return parts.map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '%2E') : encodeURIComponent(part))).join('/');
}
