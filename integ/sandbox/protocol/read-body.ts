import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a message. A body above the maximum is read to its end, so that the sender gets a response, but it is discarded, and
 * the result is undefined. Rejects if the sender disconnects early.
 */
export function readBody(incoming: IncomingMessage): Promise<Buffer>;
export function readBody(incoming: IncomingMessage, maximum: number): Promise<Buffer | undefined>;
export function readBody(incoming: IncomingMessage, maximum = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maximum) chunks.push(chunk);
    });
    incoming.on('end', () => resolve(size > maximum ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}
