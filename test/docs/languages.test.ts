import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'glob';
import { codeBlocks } from './markdown';

const ROOT = resolve(__dirname, '..', '..');
const blocksOf = (page: string) => codeBlocks(readFileSync(join(ROOT, page), 'utf8'));
const sources = globSync('src/**/*.ts', { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), 'utf8'));

/** Names of the first app, which compiles, and of the exported interfaces: in other languages a struct has its type's name beside it. */
const known = new Set([
  ...(withoutText(
    blocksOf('README.md')
      .filter(({ language }) => language === 'ts')
      .map(({ code }) => code)
      .join('\n'),
  ).match(/\w+/g) ?? []),
  ...sources.flatMap((text) => [...text.matchAll(/export interface (\w+)/g)].map(([, name]) => name)),
]);

function withoutText(code: string): string {
  return code.replace(/(["'])(?:\\.|(?!\1).)*\1/g, '').replace(/(#|\/\/).*/g, '');
}

const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The names of the library that a piece of code uses, as TypeScript has them. */
const NAMES: Readonly<Record<string, (code: string) => string[]>> = {
  python: (code) => [...code.matchAll(/(\w+)=/g)].map(([, name]) => camel(name)),
  go: (code) => [
    ...[...code.matchAll(/cdkandamio\.(?:New)?([A-Z]\w*?)(?:_(\w+))?\b/g)].flatMap(([, name, method]) => [
      name,
      ...(method === undefined ? [] : [lower(method)]),
    ]),
    ...[...code.matchAll(/(\w+):\s/g)].map(([, name]) => lower(name)),
  ],
  java: (code) =>
    [...code.matchAll(/\b(\w+)\.(\w+)\(|^\s*\.(\w+)\(|\)\.(\w+)\(/gm)]
      .flatMap(([, type, method, own, chained]) => [type, method, own, chained])
      .filter((name) => name !== undefined && !['Builder', 'builder', 'build', 'create', 'List', 'App', 'Stack'].includes(name)),
};

const pieces = ['README.md', 'docs/install.md'].flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => language in NAMES)
    .map(({ language, line, code }) => ({ page, language, line, code })),
);

test('there is a code fragment in each language', () => {
  expect(pieces.map(({ language }) => language).sort()).toEqual(['go', 'java', 'python']);
});

test.each(pieces)('$page in $language uses names that the library has', ({ language, code }) => {
  const names = NAMES[language](withoutText(code));
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});
