import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Address, NetworkInterface } from '../../../contracts';
import { startOf } from '../../../process/process-identity';
import { endGroup, type Run } from '../../../process/runs';
import { ENDPOINT, METADATA } from './destinations';
import { type Destination, type OutboundOptions, outboundServer } from './outbound';

/** The network of one task: all of its containers share it, and nothing else does. */
export interface TaskNetwork {
  /** Where a port of the task is on this machine. */
  address(port: number): Address;
  /** The words that start a program in this network. */
  enter(words: readonly string[]): readonly string[];
  /** Names and addresses, as in /etc/hosts. */
  readonly names: readonly (readonly [address: string, host: string])[];
  readonly endpointUrl: string;
  /** `http://169.254.170.2`, as on ECS, where the task has a network of its own. */
  readonly metadataUrl: string;
  /** Settings for programs that are not in a network of their own. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface TaskNetworkOptions {
  readonly networkInterface: NetworkInterface;
  readonly ports: readonly number[];
  readonly destinations: readonly Destination[];
  /** The ports on which tasks may listen: a task reaches those of others by their addresses. */
  readonly peerPorts: readonly number[];
  /** Short, because the path of a socket has at most 107 bytes. */
  readonly folder: string;
  readonly run: Run;
  readonly python: string;
  readonly outbound: OutboundOptions;
}

/** Addresses that stand for names, from a range that no network uses (RFC 2544). */
const FIRST_ADDRESS = [198, 18, 0, 1];
const NAMES = [FIRST_ADDRESS.join('.'), '255.254.0.0'];
/** Documented: "VPC CIDR blocks": the ranges that AWS recommends (RFC 1918), and the shared one (RFC 6598). */
const VPCS = [
  ['10.0.0.1', '255.0.0.0'],
  ['172.16.0.1', '255.240.0.0'],
  ['192.168.0.1', '255.255.0.0'],
  ['100.64.0.1', '255.192.0.0'],
];
const METADATA_ADDRESS = '169.254.170.2';

/** Two network namespaces: that of the task, and one with a small program, the relay, which is the only way in and out. */
export async function openNamespace(bwrap: string, nsenter: string, options: TaskNetworkOptions): Promise<TaskNetwork> {
  const { networkInterface, ports, folder, run, python, peerPorts } = options;
  const out = openServer(outboundServer(options.outbound));
  await out.listen(join(folder, 'out'));
  const addresses = addressesOf(options.destinations);
  const settings = {
    ...{ folder, python, ports, peerPorts },
    script: readFileSync(join(__dirname, 'namespaces.py'), 'utf8'),
    network: { privateIp: networkInterface.privateIp, ranges: [...VPCS, NAMES, [METADATA_ADDRESS, '255.255.255.255']] },
    names: [
      ...options.destinations.map((one) => ({ ...one, address: addresses.get(one.host) ?? '' })),
      { ...METADATA, address: METADATA_ADDRESS },
    ],
  };
  const capabilities = ['CAP_NET_ADMIN', 'CAP_NET_BIND_SERVICE', 'CAP_SYS_ADMIN'].flatMap((name) => ['--cap-add', name]);
  const args = ['--unshare-user', '--unshare-net', ...capabilities, '--dev-bind', '/', '/', '--die-with-parent', '--info-fd', '3', '--'];
  const program = [process.execPath, join(__dirname, 'relay.cjs'), JSON.stringify(settings)];
  const child = spawn(bwrap, [...args, ...program], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  if (child.pid !== undefined)
    run.addProcess(`network of ${networkInterface.owner}`, { pid: child.pid, started: startOf(child.pid) ?? '' });
  const close = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      endGroup(child.pid);
      await ended;
    }
    if (child.pid !== undefined) run.removeProcess(child.pid);
    await out.close();
  };
  const pid = await opened(child, networkInterface.owner).catch(async (error: Error) => {
    await close();
    throw error;
  });
  return {
    address: (port) => ({ socketPath: join(folder, `in-${port}`) }),
    enter: (words) => [nsenter, '--target', String(pid), '--user', '--preserve-credentials', '--net', '--', ...words],
    names: [...addresses].map(([host, address]) => [address, host] as const).filter(([, host]) => host !== ENDPOINT.host),
    endpointUrl: `http://${addresses.get(ENDPOINT.host)}:${ENDPOINT.port}`,
    metadataUrl: `http://${METADATA_ADDRESS}`,
    env: {},
    close,
  };
}

/** Each name gets an address of its own. */
function addressesOf(destinations: readonly Destination[]): Map<string, string> {
  const [a, b, c, d] = FIRST_ADDRESS;
  const hosts = [...new Set(destinations.map(({ host }) => host))];
  return new Map(hosts.map((host, at) => [host, `${a}.${b}.${c + Math.floor(at / 250)}.${d + (at % 250)}`]));
}

/** What bwrap writes about the process that it started. */
export async function childPid(info: Readable): Promise<number> {
  let text = '';
  for await (const part of info) text += String(part);
  const pid: unknown = (JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>)['child-pid'];
  if (typeof pid !== 'number') throw new Error('bubblewrap could not start the process');
  return pid;
}

/** The process id in the task's namespace, once the relay is ready. */
async function opened(child: ChildProcess, owner: string): Promise<number> {
  let [output, errors] = ['', ''];
  const ended = new Promise<never>((_, reject) => {
    child.stderr?.on('data', (text) => {
      errors += String(text);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the network of ${owner} could not be opened: ${errors.trim()}`)));
  });
  const ready = new Promise<number>((resolve) =>
    child.stdout?.on('data', (text) => {
      output += String(text);
      const pid = /^ready (\d+)\n/.exec(output)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    }),
  );
  const [pid] = await Promise.race([ended, Promise.all([ready, childPid(child.stdio[3] as Readable)])]);
  ended.catch(() => undefined);
  return pid;
}

/** A server that closes at once, with its connections. */
export function openServer(server: Server): { listen(where: string | number): Promise<void>; close(): Promise<void> } {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    listen: (where) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        if (typeof where === 'string') server.listen(where, () => resolve());
        else server.listen(where, '127.0.0.1', () => resolve());
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
