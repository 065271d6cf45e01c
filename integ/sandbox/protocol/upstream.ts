import http from 'node:http';
import { readBody } from './read-body';

export interface UpstreamResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The connection from the endpoint to one engine. */
export interface Upstream {
  /** @param method `POST` by default, which all operations of the JSON protocols use */
  send(path: string, headers: Record<string, string>, body: string | Buffer, method?: string): Promise<UpstreamResponse>;
  close(): void;
}

/** Keeps connections to an engine open, because opening one takes longer than a call. */
export function createUpstream(name: string, url: string): Upstream {
  const { hostname, port } = new URL(url);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
  const attempt = (method: string, path: string, headers: Record<string, string>, body: Buffer) =>
    new Promise<UpstreamResponse>((resolve, reject) => {
      const request = http.request({ agent, hostname, port, path, method, headers: { ...headers, 'content-length': body.length } });
      request.on('response', (response) => {
        readBody(response).then((body) => resolve({ status: response.statusCode ?? 500, headers: response.headers, body }), reject);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The engine may close an idle connection just when it is used again. Nothing was executed then.
        const stale = request.reusedSocket && error.code === 'ECONNRESET';
        reject(stale ? new StaleConnection() : new Error(`${name} at ${url} does not respond: ${error.message}`));
      });
      request.end(body);
    });
  return {
    async send(path, headers, body, method = 'POST') {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
      for (;;) {
        try {
          return await attempt(method, path, headers, bytes);
        } catch (error) {
          if (!(error instanceof StaleConnection)) {
            throw error;
          }
        }
      }
    },
    close: () => agent.destroy(),
  };
}

class StaleConnection extends Error {}

/** An Authorization header with the account and the Region for an engine, which does not verify signatures. */
export function scopeOf(service: string, account: string, region: string): string {
  return `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
}
