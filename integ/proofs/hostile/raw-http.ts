import { connect } from 'node:net';

/** Sends a request byte by byte as given, as no well-behaved client would; resolves to the status, 0 when the server hung up first. */
export function sendRaw(
  url: string,
  path: string,
  headers: readonly (readonly [name: string, value: string])[],
  body: string,
): Promise<number> {
  const { hostname, port, host, pathname } = new URL(url);
  const content = Buffer.from(body, 'utf8');
  const head = [
    `POST ${pathname}${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    `Content-Length: ${content.length}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let answer = '';
    const settle = () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0));
    socket.setTimeout(60_000, () => socket.destroy(new Error(`no answer from ${path} within a minute`)));
    socket.on('data', (chunk) => {
      if (answer.length < 64) answer += chunk.toString('latin1');
    });
    socket.on('close', settle);
    // A server that refuses a large body early resets the connection; what it had answered before counts.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? settle() : reject(error),
    );
    socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
    socket.write(content);
  });
}
