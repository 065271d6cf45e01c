import type { IncomingMessage } from 'node:http';

/** Reads a body up to a number of bytes, or to its end, and pauses it there. What was read is sent on before the rest. */
export function readHead(incoming: IncomingMessage, bytes: number): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (): void => {
      incoming.off('data', more).off('end', done).off('error', reject);
      incoming.pause();
      resolve(chunks);
    };
    const more = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > bytes) done();
    };
    incoming.on('data', more).on('end', done).on('error', reject);
  });
}
