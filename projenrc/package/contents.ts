import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { globSync } from 'glob';

/** Where `projenrc/bundle-handlers.ts` puts the bundle of a handler's source, as `createHandler` reads it. */
export function bundleOf(source: string): string {
  return join('assets', basename(dirname(source)), basename(source, '.lambda.ts'), 'index.js');
}

/** Compiled files whose source was moved or deleted. */
export function orphans(): string[] {
  return globSync(['lib/**/*.js', 'lib/**/*.d.ts']).filter(
    (file) => !existsSync(file.replace(/^lib/, 'src').replace(/(\.d)?\.(js|ts)$/, '.ts')),
  );
}
