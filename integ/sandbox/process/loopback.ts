import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Port } from './ports';

/** A server on a port of this machine. */
export interface Listening {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Closes immediately, including keep-alive connections. */
  close(): Promise<void>;
}

/**
 * Starts a server on 127.0.0.1 only.
 *
 * @param port a free one by default
 * @throws if the port is in use and no other is allowed
 */
export async function listen(server: Server, port?: Port): Promise<Listening> {
  try {
    await listenAt(server, port?.number ?? 0);
  } catch (error) {
    if (port === undefined || !isTaken(error)) throw error;
    if (port.otherwise === 'fail') throw new Error(`Port ${port.number} is in use: choose another one with --port`);
    await listenAt(server, 0);
  }
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listenAt(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      server.off('listening', listening);
      reject(error);
    };
    const listening = () => {
      server.off('error', failed);
      resolve();
    };
    server.once('error', failed).once('listening', listening).listen(port, '127.0.0.1');
  });
}

function isTaken(error: unknown): boolean {
  return ['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');
}
