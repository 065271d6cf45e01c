import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'glob';

/**
 * Bugs that the grades service does not have, which signals start and end: it computes without need, or keeps more and more memory. Requests are
 * answered meanwhile.
 */
const SERVICE = `
import { Worker } from 'node:worker_threads';
{
  let computing: Worker[] = [];
  let kept: Uint8Array[] = [];
  process.on('SIGUSR2', () => {
    for (const worker of computing) void worker.terminate();
    computing = computing.length > 0 ? [] : Array.from({ length: 6 }, () => new Worker('for (;;);', { eval: true }));
  });
  process.on('SIGHUP', () => {
    kept = kept.length > 0 ? [] : Array.from({ length: 90 }, () => new Uint8Array(10 * 1024 * 1024).fill(1));
  });
}
`;

/** A bug that the writer does not have: a message with this page ends its process. */
export const DEADLY_PAGE = '/kill';
const WRITER = `
{
  const { handler } = module.exports;
  module.exports = {
    handler(event, context) {
      if (event.Records.some(({ body }) => body.includes('"page":"${DEADLY_PAGE}"'))) process.exit(1);
      return handler(event, context);
    },
  };
}
`;

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: { readonly Code?: { readonly S3Key?: string } } }>
  >;
}

/** @param folder a cloud assembly of the example */
export function addWeaknesses(folder: string): void {
  const [main] = globSync('asset.*/src/main.ts', { cwd: folder });
  if (main === undefined) throw new Error(`${folder} has no source of the grades service`);
  appendFileSync(join(folder, main), SERVICE);
  const { Resources } = JSON.parse(readFileSync(join(folder, 'SchoolPlatform.template.json'), 'utf8')) as Template;
  const [, writer] =
    Object.entries(Resources).find(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith('VisitsWriter')) ?? [];
  const key = writer?.Properties.Code?.S3Key;
  if (key === undefined) throw new Error(`${folder} has no writer of visits`);
  appendFileSync(join(folder, `asset.${key.replace(/\.zip$/, '')}`, 'index.js'), WRITER);
}
