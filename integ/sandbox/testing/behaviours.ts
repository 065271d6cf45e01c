import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test's title, with its file: `web-acl: blocks with a custom response, and inserts custom request headers`. */
type Title = string;

/** The rows of a folder's BEHAVIOURS.md, and the tests in its files. */
export function behaviours(folder: string): { readonly listed: Title[]; readonly tests: Title[] } {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const listed = [...read('BEHAVIOURS.md').matchAll(/^\| .+ \| .+ \| ([\w-]+): (.+?) *\|$/gm)].map(
    ([, file, title]) => `${file}: ${title}`,
  );
  const tests = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts') && file !== 'behaviours.test.ts')
    .flatMap((file) =>
      [...read(file).matchAll(/^\s*(?:test|\]\))\((['"])(.+)\1, /gm)].map(([, , title]) => `${file.replace(/\.test\.ts$/, '')}: ${title}`),
    );
  return { listed, tests };
}
