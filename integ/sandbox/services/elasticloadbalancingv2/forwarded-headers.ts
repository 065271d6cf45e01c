import { randomBytes } from 'node:crypto';
import { type HttpPair, header } from '../../protocol/http';
import type { LoadBalancerSettings } from './definition';

/** Of the connection to the client, which a proxy does not pass on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;
/** Written by the load balancer, or about the client of this machine. */
const OWN = /^(?:x-forwarded-proto|x-forwarded-port|x-amzn-trace-id|x-sandbox-client)$/i;
/** Documented: "routing.http.drop_invalid_header_fields.enabled": names have letters, digits and hyphens. */
const VALID_NAME = /^[A-Za-z0-9-]+$/;

export interface ClientConnection {
  readonly address: string;
  readonly port: number;
  readonly listenerPort: number;
  readonly protocol: 'http' | 'https';
  readonly tls?: { readonly version: string; readonly cipher: string };
}

/** What a target gets. Documented: "HTTP headers and Application Load Balancers", "Request tracing". */
export function forwardedHeaders(
  headers: readonly HttpPair[],
  client: ClientConnection,
  settings: LoadBalancerSettings,
  traceId: string,
): HttpPair[] {
  const { address, port, listenerPort, protocol, tls } = client;
  const kept = headers.filter(
    ([name]) => !HOP_BY_HOP.test(name) && !OWN.test(name) && (!settings.dropInvalidHeaders || VALID_NAME.test(name)),
  );
  const sender = settings.clientPortInForwardedFor ? `${address}:${port}` : address;
  const secure: HttpPair[] =
    settings.tlsHeaders && tls
      ? [
          ['x-amzn-tls-version', tls.version],
          ['x-amzn-tls-cipher-suite', tls.cipher],
        ]
      : [];
  return [
    ...kept
      .flatMap((pair) => withHost(pair, client, settings))
      .filter(([name]) => !isForwardedFor(name) || settings.forwardedFor === 'preserve'),
    ...(settings.forwardedFor === 'append' ? [forwardedFor(headers, sender)] : []),
    ['X-Forwarded-Proto', protocol],
    ['X-Forwarded-Port', String(listenerPort)],
    ['X-Amzn-Trace-Id', traceId],
    ...secure,
  ];
}

function isForwardedFor(name: string): boolean {
  return name.toLowerCase() === 'x-forwarded-for';
}

function forwardedFor(headers: readonly HttpPair[], sender: string): HttpPair {
  const before = headers.filter(([name]) => isForwardedFor(name)).map(([, value]) => value);
  return ['X-Forwarded-For', [...before, sender].join(', ')];
}

/** Documented: "Host header preservation": without it, a port that is not the default one is added. */
function withHost([name, value]: HttpPair, { listenerPort }: ClientConnection, { preserveHost }: LoadBalancerSettings): HttpPair[] {
  const isDefault = listenerPort === 80 || listenerPort === 443;
  if (name.toLowerCase() !== 'host' || preserveHost || isDefault || /:\d+$/.test(value)) return [[name, value]];
  return [[name, `${value}:${listenerPort}`]];
}

/** Documented: "Request tracing": a new root, or a `Self` field before the root that the client sent. */
export function traceIdOf(headers: readonly HttpPair[], now: number): string {
  const id = `1-${Math.floor(now / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;
  const sent = header(headers, 'X-Amzn-Trace-Id');
  if (sent === undefined || !sent.includes('Root=')) return `Root=${id}`;
  const others = sent.split(';').filter((field) => !field.trim().startsWith('Self='));
  return [`Self=${id}`, ...others].join(';');
}

/** The headers of a response that go on to the client. */
export function returnedHeaders(headers: readonly HttpPair[], added: readonly HttpPair[]): HttpPair[] {
  const own = new Set(added.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !HOP_BY_HOP.test(name) && !own.has(name.toLowerCase())), ...added];
}
