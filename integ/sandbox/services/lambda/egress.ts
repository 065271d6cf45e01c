import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { SecureContext, TlsOptions } from 'node:tls';
import { createAuthority } from '../../process/certificate-authority';
import { forward } from '../../process/forward';
import { listen } from '../../process/loopback';

/**
 * A proxy for requests of functions to AWS host names and to mapped hosts, which runtime/network.cjs and runtime/python/sitecustomize.py
 * send here. It forwards them by their Host header (or x-sandbox-host, because fetch does not allow setting Host): to the origin registered
 * for that name, or else to the endpoint.
 */
export interface Egress {
  readonly url: string;
  /** The same with certificates of the run, for clients that can't be kept from encrypting. */
  readonly tls?: { readonly url: string; readonly certificateAuthority: string };
  /** The names that `forward` knows. */
  hosts(): readonly string[];
  /** Forwards requests for a host to an origin, `http://127.0.0.1:port`. */
  forward(host: string, origin: string): void;
  close(): Promise<void>;
}

/** @param encrypted whether to open `tls` too */
export async function openEgress(endpointUrl: string, encrypted = false): Promise<Egress> {
  const origins = new Map<string, string>();
  const answer: RequestListener = (incoming, outgoing) => {
    const name = String(incoming.headers['x-sandbox-host'] ?? incoming.headers.host ?? '');
    const host = name.split(':')[0] ?? '';
    const origin = origins.get(host) ?? (/\.execute-api\.|\.amazoncognito\.com$/.test(host) ? undefined : endpointUrl);
    if (origin === undefined) {
      fail(outgoing, `No API and no user pool of this assembly has the host ${host}`);
      return;
    }
    const { 'x-sandbox-host': _, ...headers } = incoming.headers;
    const sent = { path: incoming.url, headers: { ...headers, host: name } };
    forward(incoming, outgoing, new URL(origin), sent).catch((error: Error) => fail(outgoing, error.message));
  };
  const { origin, close } = await listen(createServer(answer));
  const tls = encrypted ? await openTls(answer) : undefined;
  return {
    url: origin,
    tls,
    hosts: () => [...origins.keys()],
    forward: (host, origin) => void origins.set(host, origin),
    async close() {
      await Promise.all([close(), tls?.close()]);
    },
  };
}

/** The same server with a certificate of the run for each host name that a client asks for. */
async function openTls(answer: RequestListener): Promise<NonNullable<Egress['tls']> & Pick<Egress, 'close'>> {
  const authority = await createAuthority('Sandbox functions');
  const contexts = new Map<string, Promise<SecureContext>>();
  const contextOf = (name: string) => {
    const found = contexts.get(name) ?? authority.contextFor([name]);
    contexts.set(name, found);
    return found;
  };
  const SNICallback: TlsOptions['SNICallback'] = (name, done) => {
    contextOf(name).then((context) => done(null, context), done);
  };
  const { origin, close } = await listen(createSecureServer({ SNICallback }, answer));
  return { url: origin.replace('http:', 'https:'), certificateAuthority: authority.certificate, close };
}

function fail(outgoing: ServerResponse, message: string): void {
  if (!outgoing.headersSent) {
    outgoing.writeHead(502, { 'Content-Type': 'application/json' });
  }
  outgoing.end(JSON.stringify({ message }));
}
