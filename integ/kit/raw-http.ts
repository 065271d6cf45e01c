import { connect } from 'node:net';

export type RawHeader = readonly [name: string, value: string];

export interface RawRequest {
  /** @default 'POST' */
  readonly method?: string;
  /** Path and query after the stage. */
  readonly path: string;
  readonly headers: readonly RawHeader[];
  readonly body?: string | Buffer;
}

export interface RawResponse {
  /** 0 if the server closed the connection before it responded. */
  readonly status: number;
  /** Names are in lower case; a repeated header has all its values. */
  readonly headers: readonly RawHeader[];
  readonly body: string;
}

/** Sends the request exactly as given, including what a well-behaved client would never send. */
export function sendRaw(url: string, { method = 'POST', path, headers, body = '' }: RawRequest): Promise<RawResponse> {
  const { hostname, port, host, pathname } = new URL(url);
  const content = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  const head = [
    `${method} ${pathname}${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    `Content-Length: ${content.length}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const chunks: Buffer[] = [];
    const settle = () => resolve(parseResponse(Buffer.concat(chunks).toString('utf8')));
    socket.setTimeout(60_000, () => socket.destroy(new Error(`no response from ${path} within a minute`)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', settle);
    // A server that rejects a large body early resets the connection: the response that arrived before counts.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? settle() : reject(error),
    );
    socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
    socket.write(content);
  });
}

/** The value of a response header: undefined if it is absent, all values if it is repeated. */
export function headerOf({ headers }: RawResponse, name: string): string | undefined {
  const values = headers.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

function parseResponse(text: string): RawResponse {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const headers = lines.map((line): RawHeader => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0), headers, body: end < 0 ? '' : text.slice(end + 4) };
}
