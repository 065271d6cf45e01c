import type { IncomingMessage } from 'node:http';

/**
 * The body of a message. One that is larger than the maximum is read to its end, so that its sender gets an answer, and not kept: it is
 * undefined. Rejects when the sender goes away before its end.
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
