import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { ENDPOINT, METADATA } from './destinations';
import { type Destination, openOutbound } from './outbound';
import { openServer, type TaskNetwork, type TaskNetworkOptions } from './task-network';

/**
 * Without namespaces, each port of a task is a free port of this machine, and each name a port that leads there. A module that Node.js and
 * Python load before the program (plain.cjs, plain/sitecustomize.py) exchanges them when it listens and connects. Other programs get the
 * ports of this machine as they are.
 */
export async function openPlainNetwork(options: TaskNetworkOptions): Promise<TaskNetwork> {
  const servers: { close(): Promise<void> }[] = [];
  const openPort = async (destination: Destination): Promise<number> => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      openOutbound(options.outbound, socket, destination);
    });
    const opened = openServer(server);
    servers.push(opened);
    await opened.listen(0);
    return (server.address() as AddressInfo).port;
  };
  const ports = new Map<number, number>();
  for (const port of options.ports) ports.set(port, await freePort());
  const names: [string, number][] = [];
  for (const one of options.destinations) names.push([`${one.host}:${one.port}`, await openPort(one)]);
  const endpoint = names.find(([name]) => name === `${ENDPOINT.host}:${ENDPOINT.port}`)?.[1];
  return {
    address: (port) => ({ host: '127.0.0.1', port: ports.get(port) ?? port }),
    enter: (words) => words,
    names: [],
    endpointUrl: `http://127.0.0.1:${endpoint}`,
    metadataUrl: `http://127.0.0.1:${await openPort(METADATA)}`,
    env: {
      SANDBOX_PORTS: JSON.stringify(Object.fromEntries(ports)),
      SANDBOX_NAMES: JSON.stringify(Object.fromEntries(names)),
      NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, 'plain.cjs'))}`,
      PYTHONPATH: join(__dirname, 'plain'),
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const opened = openServer(server);
  await opened.listen(0);
  const { port } = server.address() as AddressInfo;
  await opened.close();
  return port;
}
