import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../process/loopback';
import type { Port } from '../../process/ports';
import { type HttpPair, type HttpResponse, pairs, parseQuery } from '../../protocol/http';
import { readBody } from '../../protocol/read-body';
import type { ApiDefinition } from './definition';
import type { Handle } from './handle';

/** Documented quota: payload size 10 MB. */
const MAXIMUM_PAYLOAD = 10 * 1024 * 1024;
/** Documented quota: total combined size of all header values. */
const MAXIMUM_HEADERS = 10_240;
/** Longer than clients keep an idle connection, so that the server never closes one while a request arrives. */
const KEEP_ALIVE_MS = 75_000;

/** Headers that the HTTP server sets itself. */
const SKIPPED = new Set(['content-length', 'transfer-encoding', 'connection']);

export interface ApiServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves an API on a port of this machine, each stage under its name. The Host header is ignored. */
export async function serve(api: ApiDefinition, handle: Handle, port?: Port): Promise<ApiServer> {
  const server = createServer({ maxHeaderSize: 64 * 1024, keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    respond(api, handle, incoming)
      .catch((error: Error) => {
        if (incoming.destroyed && !incoming.complete) throw error;
        process.stderr.write(`gateway: ${error.stack ?? error.message}\n`);
        return plain(500, 'Internal server error', 'InternalServerErrorException');
      })
      .then((result) => write(incoming, outgoing, result))
      .catch(() => outgoing.destroy());
  });
  return listen(server, port);
}

async function respond(api: ApiDefinition, handle: Handle, incoming: IncomingMessage): Promise<HttpResponse> {
  const headers = pairs(incoming.rawHeaders);
  const body = await readBody(incoming, MAXIMUM_PAYLOAD);
  if (headers.reduce((size, [, value]) => size + value.length, 0) > MAXIMUM_HEADERS) {
    return plain(431, `HTTP header is larger than ${MAXIMUM_HEADERS} bytes.`, 'RequestHeaderFieldsTooLargeException');
  }
  const url = incoming.url ?? '/';
  const cut = url.indexOf('?');
  const path = (cut < 0 ? url : url.slice(0, cut)).replace(/^\/+/, '');
  const [name] = path.split('/', 1);
  const stage = api.stages.find((one) => one.name === name);
  if (!stage) return plain(403, 'Forbidden', 'ForbiddenException');
  return handle(stage, {
    method: incoming.method ?? 'GET',
    path: path.slice(name.length) === '' ? '/' : path.slice(name.length),
    query: cut < 0 ? {} : parseQuery(url.slice(cut + 1)),
    rawQuery: cut < 0 ? '' : url.slice(cut + 1),
    headers,
    body: body?.toString('utf8') ?? '',
    tooLarge: body === undefined,
    sourceIp: (incoming.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    protocol: `HTTP/${incoming.httpVersion}`,
  });
}

function plain(status: number, message: string, errorType: string): HttpResponse {
  const headers: HttpPair[] = [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', errorType],
  ];
  return { status, headers, body: JSON.stringify({ message }) };
}

function write(incoming: IncomingMessage, outgoing: ServerResponse, { status, headers, body }: HttpResponse): void {
  const bodiless = status === 204 || status === 304 || incoming.method === 'HEAD';
  const raw: string[] = [];
  for (const [name, value] of headers) if (!SKIPPED.has(name.toLowerCase())) raw.push(name, value);
  if (status !== 204 && status !== 304) raw.push('Content-Length', String(Buffer.byteLength(body)));
  outgoing.writeHead(status, raw);
  outgoing.end(bodiless ? undefined : body);
}
