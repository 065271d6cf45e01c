import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** What is sent, and where to. */
export interface Load {
  readonly url: string;
  /** The raw requests. If there are fewer than `count`, they are repeated from the start. */
  readonly requests: readonly Buffer[];
  readonly count: number;
  readonly connections: number;
  /** The status that each response must have: figures of failed requests would mean nothing. */
  readonly status: number;
}

export interface Loaded {
  readonly seconds: number;
  /** CPU time of the load generator itself. */
  readonly cpuMilliseconds: number;
  readonly p50: number;
  readonly p95: number;
}

export interface LoadGenerator {
  send(load: Load): Promise<Loaded>;
  close(): void;
}

type GeneratorResult = Loaded & {
  readonly error?: string;
  readonly statuses: Readonly<Record<string, { readonly count: number; readonly example: string }>>;
};

/** A load generator in a separate process, so that it uses no CPU time of the sandbox's process. */
export function startLoadGenerator(): LoadGenerator {
  const child = fork(join(__dirname, 'generator.mjs'), [], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    async send({ url, status, ...load }) {
      child.send({ ...load, port: Number(new URL(url).port) });
      const [{ error, statuses, ...loaded }] = (await once(child, 'message')) as [GeneratorResult];
      if (error !== undefined) throw new Error(`the load generator failed: ${error}`);
      const wrong = Object.entries(statuses).find(([code]) => Number(code) !== status);
      if (wrong)
        throw new Error(`${wrong[1].count} of ${load.count} responses of ${url} do not have the status ${status}: ${wrong[1].example}`);
      return loaded;
    },
    close: () => child.disconnect(),
  };
}

/** A server that returns the same bytes for every request, to measure the rate of the load generator itself. */
export async function startEcho(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const response = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => socket.write(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
