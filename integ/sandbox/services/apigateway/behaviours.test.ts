import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (file: string) => readFileSync(join(__dirname, file), 'utf8');
const rows = [...read('BEHAVIOURS.md').matchAll(/^\| .+ \| (.+) \| ([\w-]+): (.+) \|$/gm)].map(([, source, file, title]) => ({
  source,
  file,
  title,
}));
const titles = (file: string) => [...read(`${file}.test.ts`).matchAll(/^\s*test\((['"])(.+)\1, /gm)].map(([, , title]) => title);

test('every behaviour is held by a test that is there', () => {
  expect(rows.length).toBeGreaterThan(70);
  expect(rows.filter(({ file, title }) => !titles(file).includes(title))).toEqual([]);
});

test('every test over HTTP has its behaviour and its source in the list', () => {
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts') && file !== 'behaviours.test.ts');
  const listed = new Set(rows.map(({ file, title }) => `${file}: ${title}`));
  const all = files.flatMap((file) =>
    titles(file.replace(/\.test\.ts$/, '')).map((title) => `${file.replace(/\.test\.ts$/, '')}: ${title}`),
  );
  expect(all.filter((title) => !listed.has(title))).toEqual([]);
});
