import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test's title, with its file: `web-acl: blocks with a custom response, and inserts custom request headers`. */
type Title = string;

/** Tests that a folder's BEHAVIOURS.md lists its tests, and no others. A test with a table of cases needs no row. */
export function testBehaviours(folder: string, minimum: number): void {
  test('every listed behaviour has a test, and every test is listed', () => {
    const { listed, tests } = behaviours(folder);
    expect(listed.length).toBeGreaterThan(minimum);
    expect(listed.filter((title) => !tests.includes(title))).toEqual([]);
    expect(tests.filter((title) => !title.includes('%') && !listed.includes(title))).toEqual([]);
  });
}

function behaviours(folder: string): { readonly listed: Title[]; readonly tests: Title[] } {
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
