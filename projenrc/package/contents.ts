import { basename, dirname, join } from 'node:path';

/** Where `projenrc/bundle-handlers.ts` puts the bundle of a handler's source, as `createHandler` reads it. */
export function bundleOf(source: string): string {
  return join('assets', basename(dirname(source)), basename(source, '.lambda.ts'), 'index.js');
}
