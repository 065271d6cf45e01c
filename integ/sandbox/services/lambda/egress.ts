import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { SecureContext, TlsOptions } from 'node:tls';
import { type CertificateAuthority, createAuthority } from '../../process/certificate-authority';
import { forward } from '../../process/forward';
import { listen } from '../../process/loopback';

/** Where a proxy is on this machine. */
export interface EgressPort {
  readonly url: string;
  /** The same with certificates of the run, for clients that can't be kept from encrypting. */
  readonly tls?: { readonly url: string; readonly certificateAuthority: string };
}

/** Whether a client may connect to a host: undefined if so, or why not. The host is this machine's for calls to AWS_ENDPOINT_URL. */
export type Ask = (host: string, request: Pick<IncomingMessage, 'headers' | 'url'>) => string | undefined;

/**
 * A proxy for requests of functions to AWS host names and to mapped hosts, which runtime/network.cjs and runtime/python/sitecustomize.py
 * send here. It forwards them by their Host header (or x-sandbox-host, because fetch does not allow setting Host): to the origin registered
 * for that name, or else to the endpoint.
 */
export interface Egress extends EgressPort {
  /** Opens the same proxy for a client in a VPC, which asks before each request. */
  within(ask: Ask): Promise<EgressPort>;
  /** The names that `forward` knows. */
  hosts(): readonly string[];
  /** Forwards requests for a host to an origin, `http://127.0.0.1:port`. Returns how to forward them as before. */
  forward(host: string, origin: string): () => void;
  close(): Promise<void>;
}

/** @param encrypted whether to open `tls` too */
export async function openEgress(endpointUrl: string, encrypted = false): Promise<Egress> {
  const origins = new Map<string, string>();
  const authority = encrypted ? await createAuthority('Sandbox functions') : undefined;
  const answerFor =
    (ask: Ask | undefined): RequestListener =>
    (incoming, outgoing) => {
      const name = String(incoming.headers['x-sandbox-host'] ?? incoming.headers.host ?? '');
      const host = name.split(':')[0] ?? '';
      if (ask !== undefined && ask(host, incoming) !== undefined) {
        // As for a connection that can't be made: there is no response.
        incoming.socket.destroy();
        return;
      }
      const origin = origins.get(host) ?? (/\.execute-api\.|\.amazoncognito\.com$/.test(host) ? undefined : endpointUrl);
      if (origin === undefined) {
        fail(outgoing, `No API and no user pool of this assembly has the host ${host}`);
        return;
      }
      const { 'x-sandbox-host': _, ...headers } = incoming.headers;
      const sent = { path: incoming.url, headers: { ...headers, host: name } };
      forward(incoming, outgoing, new URL(origin), sent).catch((error: Error) => fail(outgoing, error.message));
    };
  const closing: (() => Promise<void>)[] = [];
  const open = async (ask?: Ask): Promise<EgressPort> => {
    const plain = await listen(createServer(answerFor(ask)));
    const secure = authority && (await listen(createSecureServer({ SNICallback: certificatesOf(authority) }, answerFor(ask))));
    closing.push(plain.close, ...(secure ? [secure.close] : []));
    const url = secure?.origin.replace('http:', 'https:');
    return { url: plain.origin, ...(url && authority ? { tls: { url, certificateAuthority: authority.certificate } } : {}) };
  };
  return {
    ...(await open()),
    within: open,
    hosts: () => [...origins.keys()],
    forward(host, origin) {
      const before = origins.get(host);
      origins.set(host, origin);
      return () => (before === undefined ? void origins.delete(host) : void origins.set(host, before));
    },
    async close() {
      await Promise.all(closing.map((close) => close()));
    },
  };
}

/** Finds or issues a certificate for each host name that a client asks for. */
function certificatesOf(authority: CertificateAuthority): TlsOptions['SNICallback'] {
  const contexts = new Map<string, Promise<SecureContext>>();
  return (name, done) => {
    const context = contexts.get(name) ?? authority.contextFor([name]);
    contexts.set(name, context);
    context.then((found) => done(null, found), done);
  };
}

function fail(outgoing: ServerResponse, message: string): void {
  if (!outgoing.headersSent) {
    outgoing.writeHead(502, { 'Content-Type': 'application/json' });
  }
  outgoing.end(JSON.stringify({ message }));
}
