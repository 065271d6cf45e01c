import { request as sendPlain } from 'node:http';
import { request as sendSecure } from 'node:https';

/** A request of a service to an API outside AWS. */
export interface ApiRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A response with its whole body. */
export interface ApiResponse {
  readonly status: number;
  readonly statusText: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

/**
 * Sends a request to the server that stands for its host. Over TLS, the certificate and the name of the host are verified.
 *
 * @param origin `http://127.0.0.1:8080`
 * @throws if there is no complete response
 */
export function send({ url, method, headers, body }: ApiRequest, origin: string, signal: AbortSignal): Promise<ApiResponse> {
  const { protocol, hostname, port } = new URL(origin);
  const secure = protocol === 'https:';
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = {
    ...{ hostname, port, method, signal, path: `${url.pathname}${url.search}`, agent: false as const },
    ...(secure ? { servername: url.hostname } : {}),
    headers: { ...headers, ...length, host: url.host },
  };
  return new Promise((resolve, reject) => {
    const call = (secure ? sendSecure : sendPlain)(options, (reply) => {
      const parts: Buffer[] = [];
      reply.on('data', (part: Buffer) => parts.push(part));
      reply.on('error', reject);
      reply.on('close', () => {
        // A connection that is cut in the middle of the response.
        if (!reply.complete) return reject(new Error('The connection was closed before the response ended'));
        const { statusCode = 0, statusMessage = '', headersDistinct } = reply;
        resolve({
          status: statusCode,
          statusText: statusMessage,
          headers: headersDistinct as Record<string, string[]>,
          body: Buffer.concat(parts),
        });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
