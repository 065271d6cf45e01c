import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { type Listening, listen } from '../../process/loopback';
import type { Port } from '../../process/ports';
import type { Certificates } from './certificates';
import type { Listener, LoadBalancer } from './definition';
import type { Handle } from './handle';

/** Documented quota: request headers of 64 KB. */
const MAXIMUM_HEADERS = 64 * 1024;

export interface ServerParts {
  readonly loadBalancer: LoadBalancer;
  readonly listener: Listener;
  readonly handle: Handle;
  readonly certificates: Certificates;
  /** Why a client outside of the VPC cannot connect; undefined for a server whose clients are inside and asked before. */
  readonly blocked?: (socket: Socket) => string | undefined;
  readonly port?: Port;
}

/** Serves a listener on a port of this machine. */
export async function serveListener({ loadBalancer, listener, handle, certificates, blocked, port }: ServerParts): Promise<Listening> {
  const { idleTimeout } = loadBalancer.settings;
  const options: ServerOptions = { maxHeaderSize: MAXIMUM_HEADERS, keepAliveTimeout: idleTimeout, requestTimeout: 0 };
  const answer: RequestListener = (incoming, outgoing) => void handle(incoming, outgoing, blocked === undefined);
  const server =
    listener.protocol === 'HTTPS'
      ? createSecureServer({ ...options, ...(await secured(listener, certificates)) }, answer)
      : createServer(options, answer);
  if (blocked) {
    server.on('connection', (socket: Socket) => {
      if (blocked(socket) !== undefined) socket.destroy();
    });
  }
  const listening = await listen(server, port);
  return listener.protocol === 'HTTPS' ? { ...listening, origin: listening.origin.replace('http:', 'https:') } : listening;
}

/** The certificate that a client asks for by its name, or the default one. */
async function secured({ certificates: arns, tls }: Listener, certificates: Certificates) {
  const byDefault = await certificates.choose(arns, undefined);
  return {
    ...{ ...tls, key: byDefault.key, cert: byDefault.cert },
    SNICallback: (name: string, done: (error: Error | null, context?: ReturnType<typeof createSecureContext>) => void): void => {
      certificates.choose(arns, name).then((pair) => done(null, createSecureContext(pair)), done);
    },
  };
}
