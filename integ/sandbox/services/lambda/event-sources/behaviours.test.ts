import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (file: string) => readFileSync(join(__dirname, file), 'utf8');
const listed = [...read('BEHAVIOURS.md').matchAll(/^\| .+ \| .+ \| ([\w-]+): (.+) \|$/gm)].map(([, file, title]) => `${file}: ${title}`);
const tests = readdirSync(__dirname)
  .filter((file) => file.endsWith('.test.ts') && file !== 'behaviours.test.ts')
  .flatMap((file) =>
    [...read(file).matchAll(/^\s*(?:test|\]\))\((['"])(.+)\1, /gm)].map(([, , title]) => `${file.replace(/\.test\.ts$/, '')}: ${title}`),
  );

test('every behaviour is held by a test that is there, and every test has its behaviour and source in the list', () => {
  expect(tests.length).toBeGreaterThan(15);
  expect([...listed].sort()).toEqual([...tests].sort());
});
