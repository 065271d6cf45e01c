import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock, HttpResponse, Inspection, WebAcls } from '../../contracts';
import { type HttpPair, header, pairs, parseQuery } from '../../protocol/http';
import type { AccessLogEntry } from './access-log';
import type { Certificates } from './certificates';
import type { Action, Listener, LoadBalancer, RoutedRequest, Rule } from './definition';
import { type ClientConnection, forwardedHeaders, traceIdOf } from './forwarded-headers';
import { fixedResponse, page, redirect } from './own-response';
import { proxy } from './proxy';
import { readHead } from './read-head';
import type { RunningGroup } from './running-group';

/** Documented: "Oversize web request components": AWS WAF sees 8 KB of a body behind a load balancer; one byte more says that there is more. */
const INSPECTED_BYTES = 8 * 1024;

export interface HandleParts {
  readonly loadBalancer: LoadBalancer;
  readonly listener: Listener;
  readonly groups: ReadonlyMap<string, RunningGroup>;
  readonly webAcls: WebAcls;
  readonly certificates: Certificates;
  readonly clock: Clock;
  /** The action of a rule, with weights that have changed since the start. */
  readonly actionOf: (rule: Rule) => Action;
  /** Why the load balancer cannot connect to a target of a group; undefined if it can. */
  readonly blocked: (group: RunningGroup, targetId: string) => string | undefined;
  readonly log: (entry: AccessLogEntry) => void;
  /** Reports, once per kind, why the load balancer answers with a 5xx status. */
  readonly blame: (kind: readonly string[], line: string) => void;
}

export type Handle = (incoming: IncomingMessage, outgoing: ServerResponse, insideClient: boolean) => Promise<void>;

/**
 * Answers the requests of one listener: web ACL, first rule that matches, its action.
 *
 * `insideClient` says whether the connection came from the VPC: only then the client may name its address.
 */
export function createHandle(parts: HandleParts): Handle {
  return async (incoming, outgoing, insideClient) => {
    const { loadBalancer, clock, webAcls } = parts;
    const headers = pairs(incoming.rawHeaders);
    const client = clientOf(incoming, headers, parts, insideClient);
    const request = requestOf(incoming, headers, client);
    const entry = beginEntry(incoming, request, client, parts, traceIdOf(headers, clock.now()));
    const began = performance.now();
    // Documented: "HTTP client keepalive duration": a connection that is older ends with its next response.
    if (clock.now() - connectionOf(incoming.socket, clock).since > loadBalancer.settings.clientKeepAlive) outgoing.shouldKeepAlive = false;
    try {
      const head = webAcls.protects(loadBalancer.arn) ? await readHead(incoming, INSPECTED_BYTES) : [];
      if (head) await inspected({ parts, incoming, outgoing, client, head, entry, began }, request);
      // The client closed the connection while its body was read.
      else entry.status = 460;
    } catch (error) {
      parts.blame(
        [parts.listener.arn, String(error)],
        `${loadBalancer.title} answers 500 to ${request.method} ${request.path}: ${(error as Error).stack}`,
      );
      if (outgoing.headersSent) outgoing.destroy();
      else answer(outgoing, incoming, page(500), parts.listener, entry);
    }
    parts.log({ ...entry, ...bytesOf(incoming.socket), ended: clock.now() });
  };
}

interface Exchange {
  readonly parts: HandleParts;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly client: ClientConnection;
  readonly head: readonly Buffer[];
  readonly entry: AccessLogEntry;
  readonly began: number;
}

/** The web ACL decides before the rules of the listener. */
async function inspected(exchange: Exchange, request: RoutedRequest): Promise<void> {
  const { parts, incoming, outgoing, head, entry } = exchange;
  const inspection = inspect(parts, incoming, request, head);
  if (inspection) entry.actions = ['waf'];
  if (inspection?.blocked) answer(outgoing, incoming, inspection.response ?? page(403), parts.listener, entry);
  else await route(exchange, { ...request, headers: [...request.headers, ...(inspection?.inserted ?? [])] });
}

async function route(exchange: Exchange, request: RoutedRequest): Promise<void> {
  const { parts, incoming, outgoing, client, entry } = exchange;
  const { listener } = parts;
  // The default action matches everything.
  const rule = listener.rules.find(({ matches }) => matches(request)) as Rule;
  const action = parts.actionOf(rule);
  entry.rulePriority = rule.priority;
  entry.actions = [...entry.actions, action.kind];
  if (action.kind === 'forward') {
    await forward(exchange, action, request);
    return;
  }
  const own =
    action.kind === 'redirect' ? redirect(action, request, { protocol: client.protocol, port: listener.port }) : fixedResponse(action);
  entry.redirectUrl = header(own.headers, 'Location');
  answer(outgoing, incoming, own, listener, entry);
}

async function forward(exchange: Exchange, action: Extract<Action, { kind: 'forward' }>, request: RoutedRequest): Promise<void> {
  const { parts, incoming, outgoing, client, head, entry, began } = exchange;
  const { listener, loadBalancer, groups, blame } = parts;
  const arn = weighted(action.groups);
  const group = groups.get(arn);
  const one = group?.choose();
  entry.targetGroupArn = group?.definition.arn;
  const fail = (status: number, reason: string): void => {
    blame(
      [listener.arn, String(status), reason],
      `${loadBalancer.title} answers ${status} to ${incoming.method} ${request.path}: ${reason}`,
    );
    answer(outgoing, incoming, page(status), listener, entry);
  };
  if (!group || !one) {
    const missing = arn === '' ? 'no target group has a weight above 0' : `the target group ${arn} is not in the assembly, or left out`;
    fail(503, group ? `no target of ${group.definition.title} is registered and ready` : missing);
    return;
  }
  const { id, networkInterface, port } = one.target;
  entry.target = `${networkInterface.privateIp}:${port}`;
  const blocked = parts.blocked(group, id);
  if (blocked !== undefined) {
    fail(504, blocked);
    return;
  }
  entry.requestTime = (performance.now() - began) / 1_000;
  const sentAt = performance.now();
  const outcome = await proxy(incoming, outgoing, one, {
    protocol: group.definition.protocol,
    headers: forwardedHeaders(request.headers, client, loadBalancer.settings, entry.traceId),
    head,
    idleTimeout: loadBalancer.settings.idleTimeout,
    responseHeaders: listener.responseHeaders,
  });
  if (outcome.kind === 'failed') {
    fail(outcome.status, `${id} of ${group.definition.title}: ${outcome.reason}`);
  } else if (outcome.kind === 'client gone') {
    entry.status = 460;
  } else {
    entry.status = outcome.status;
    entry.targetStatus = outcome.status;
    entry.targetTime = (outcome.firstByteAt - sentAt) / 1_000;
    entry.responseTime = (performance.now() - outcome.firstByteAt) / 1_000;
  }
}

/** A group by the weights of the action. */
function weighted(groups: readonly { readonly arn: string; readonly weight: number }[]): string {
  const all = groups.reduce((sum, { weight }) => sum + weight, 0);
  let at = Math.random() * all;
  for (const { arn, weight } of groups) {
    if (at < weight) return arn;
    at -= weight;
  }
  return '';
}

function inspect(parts: HandleParts, incoming: IncomingMessage, request: RoutedRequest, head: readonly Buffer[]): Inspection | undefined {
  const { method, path, query, headers, sourceIp } = request;
  const inspected = {
    method,
    path,
    rawQuery: query,
    query: parseQuery(query),
    headers,
    sourceIp,
    protocol: `HTTP/${incoming.httpVersion}`,
  };
  return parts.webAcls.inspect(parts.loadBalancer.arn, path, { ...inspected, body: Buffer.concat(head).toString() }, parts.clock.now());
}

/** An answer of the load balancer itself. */
function answer(
  outgoing: ServerResponse,
  incoming: IncomingMessage,
  own: HttpResponse,
  { namesServer, responseHeaders }: Listener,
  entry: AccessLogEntry,
): void {
  const { status, headers, body } = own;
  entry.status = status;
  if (outgoing.destroyed) return;
  const server: HttpPair[] = namesServer ? [['Server', 'awselb/2.0']] : [];
  const length: HttpPair = ['Content-Length', String(Buffer.byteLength(body))];
  outgoing.writeHead(status, [...server, ...headers, ...responseHeaders, length].flat());
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
  // What is left of the body, so that the connection can be used again.
  incoming.resume();
}

function clientOf(
  incoming: IncomingMessage,
  headers: readonly HttpPair[],
  { listener }: HandleParts,
  insideClient: boolean,
): ClientConnection {
  const socket = incoming.socket as Socket & Partial<TLSSocket>;
  const named = insideClient ? header(headers, 'x-sandbox-client') : undefined;
  const version = socket.getProtocol?.();
  return {
    address: named ?? (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    port: socket.remotePort ?? 0,
    listenerPort: listener.port,
    protocol: listener.protocol === 'HTTPS' ? 'https' : 'http',
    tls: version ? { version, cipher: socket.getCipher?.().name ?? '-' } : undefined,
  };
}

function requestOf(
  { method = 'GET', url = '/' }: IncomingMessage,
  headers: readonly HttpPair[],
  { address }: ClientConnection,
): RoutedRequest {
  const cut = url.indexOf('?');
  return {
    method,
    path: cut < 0 ? url : url.slice(0, cut),
    query: cut < 0 ? '' : url.slice(cut + 1),
    host: (header(headers, 'Host') ?? '').replace(/:\d+$/, ''),
    headers,
    sourceIp: address,
  };
}

const counted = new WeakMap<Socket, { readonly read: number; readonly written: number }>();

/** The bytes of a connection since its last request. */
function bytesOf(socket: Socket): Pick<AccessLogEntry, 'receivedBytes' | 'sentBytes'> {
  const before = counted.get(socket) ?? { read: 0, written: 0 };
  const now = { read: socket.bytesRead, written: socket.bytesWritten };
  counted.set(socket, now);
  return { receivedBytes: now.read - before.read, sentBytes: now.written - before.written };
}

interface ClientSocket {
  readonly id: string;
  /** When its first request came. */
  readonly since: number;
}

const connections = new WeakMap<Socket, ClientSocket>();

function connectionOf(socket: Socket, clock: Clock): ClientSocket {
  const known = connections.get(socket) ?? { id: `TID_${randomBytes(16).toString('hex')}`, since: clock.now() };
  connections.set(socket, known);
  return known;
}

function beginEntry(
  incoming: IncomingMessage,
  { method, host }: RoutedRequest,
  client: ClientConnection,
  parts: HandleParts,
  traceId: string,
): AccessLogEntry {
  const { protocol, address, port, tls } = client;
  const { listener, certificates, clock } = parts;
  const serverName = (incoming.socket as Partial<TLSSocket>).servername || undefined;
  const now = clock.now();
  return {
    type: protocol,
    client: `${address}:${port}`,
    ...{ created: now, ended: now, method, tls, traceId },
    url: `${protocol}://${host}:${listener.port}${incoming.url}`,
    httpVersion: incoming.httpVersion,
    userAgent: incoming.headers['user-agent'],
    serverName: tls && serverName,
    certificateArn: tls && certificates.arnFor(listener.certificates, serverName),
    connectionId: connectionOf(incoming.socket, clock).id,
    status: 0,
    receivedBytes: 0,
    sentBytes: 0,
    actions: [],
  };
}
