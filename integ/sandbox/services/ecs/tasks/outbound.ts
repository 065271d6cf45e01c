import { connect, createServer, type Server, type Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Address, NetworkEnd, NetworkInterface } from '../../../contracts';

/** A name that a container may connect to. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** Where a connection goes on this machine, and what it is to the network. */
export interface Route {
  /** What the network is asked about; nothing for what every task reaches. */
  readonly end?: { readonly to: NetworkEnd; readonly port: number };
  readonly address: Address;
  /** Where the server here speaks plain HTTP, but the container TLS. */
  tls?(): Promise<SecureContext>;
}

export interface OutboundOptions {
  /** @param start the first bytes that the container sent, for a name that stands for many services */
  route(destination: Destination, start: Buffer): Route | undefined;
  /** Whether the first bytes are needed to find the route. */
  needsStart(destination: Destination): boolean;
  readonly networkInterface: NetworkInterface;
  blocked(from: NetworkEnd, to: NetworkEnd, port: number): string | undefined;
  /** A connection that is not made, and why. */
  report(message: string): void;
}

/** Documented: a request's headers are at most a few kilobytes; a connection that sends more before them is not one of an SDK. */
const HEADERS_LIMIT = 64 * 1024;

/** Every connection that leaves a task arrives here: it is made if the network lets it through, and closed otherwise. */
export function outboundServer(options: OutboundOptions): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    firstLine(socket, (line) => openOutbound(options, socket, JSON.parse(line) as Destination));
  });
}

/** Connects a container's socket with its destination. */
export function openOutbound(options: OutboundOptions, socket: Socket, destination: Destination): void {
  if (!options.needsStart(destination)) {
    pass(options, socket, destination, Buffer.alloc(0));
    return;
  }
  readUntil(socket, '\r\n\r\n', (start) => {
    socket.unshift(start);
    pass(options, socket, destination, start);
  });
}

/** Reads up to the first line break, and puts the rest back. */
function firstLine(socket: Socket, then: (line: string) => void): void {
  readUntil(socket, '\n', (start, end) => {
    socket.unshift(start.subarray(end + 1));
    then(start.subarray(0, end).toString());
  });
}

function readUntil(socket: Socket, mark: string, then: (start: Buffer, at: number) => void): void {
  let start = Buffer.alloc(0);
  const readable = () => {
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null)
      start = Buffer.concat([start, chunk]);
    const at = start.indexOf(mark);
    if (at < 0 && start.length < HEADERS_LIMIT) return;
    socket.off('readable', readable);
    if (at < 0) socket.destroy();
    else then(start, at);
  };
  socket.on('readable', readable);
}

function pass(options: OutboundOptions, socket: Socket, destination: Destination, start: Buffer): void {
  const route = options.route(destination, start);
  const { owner } = options.networkInterface;
  if (route === undefined) {
    options.report(`${owner}: ${destination.host}:${destination.port} does not lead anywhere here`);
    socket.destroy();
    return;
  }
  const blocked = route.end && options.blocked(options.networkInterface, route.end.to, route.end.port);
  if (blocked !== undefined) {
    options.report(`${owner}: ${blocked}`);
    socket.destroy();
    return;
  }
  const { address, tls } = route;
  const settings = { allowHalfOpen: true, noDelay: true };
  const onward = 'socketPath' in address ? connect({ path: address.socketPath, ...settings }) : connect({ ...address, ...settings });
  if (tls === undefined) bridge(socket, onward);
  else {
    tls().then(
      (secureContext) => bridge(new TLSSocket(socket, { isServer: true, secureContext }), onward),
      (error: Error) => socket.destroy(error),
    );
  }
}

/** Joins two sockets: what one sends, the other gets, and they end together. */
export function bridge(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy()).on('close', () => other.destroy());
  other.on('error', () => one.destroy()).on('close', () => one.destroy());
  one.pipe(other).pipe(one);
}
