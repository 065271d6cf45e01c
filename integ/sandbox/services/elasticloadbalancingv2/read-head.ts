import type { IncomingMessage } from 'node:http';

/**
 * Reads a body up to a number of bytes, or to its end, and pauses it there. What was read is sent on before the rest. Undefined if the
 * client closed the connection before.
 */
export function readHead(incoming: IncomingMessage, bytes: number): Promise<readonly Buffer[] | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (): void => {
      incoming.off('data', more).off('end', done).off('error', gone);
      incoming.pause();
      resolve(chunks);
    };
    const gone = (): void => resolve(undefined);
    const more = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > bytes) done();
    };
    incoming.on('data', more).on('end', done).on('error', gone);
  });
}
