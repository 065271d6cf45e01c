import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { globSync } from 'glob';

/** The path to which `projenrc/bundle-handlers.ts` writes the bundle of a handler, and from which `createHandler` reads it. */
export function bundleOf(source: string): string {
  return join('assets', basename(dirname(source)), basename(source, '.lambda.ts'), 'index.js');
}

/** Compiled files whose source no longer exists. */
export function orphans(): string[] {
  return globSync(['lib/**/*.js', 'lib/**/*.d.ts']).filter(
    (file) => !existsSync(file.replace(/^lib/, 'src').replace(/(\.d)?\.(js|ts)$/, '.ts')),
  );
}
