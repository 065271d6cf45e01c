import { relative, resolve } from 'node:path';
import { globSync } from 'glob';
import * as library from '../../src';
import { compile, exampleOf, type Fragment, fragmentsOfPages } from './compile';

const ROOT = resolve(__dirname, '..', '..');
const sources = globSync('src/**/*.ts', { cwd: ROOT, absolute: true }).map((file) => relative(ROOT, file));

/** Each exported class that is a construct. */
const constructs = Object.entries(library)
  .filter(([, value]) => typeof value === 'function' && 'isConstruct' in value)
  .map(([name]) => name);
const examples = new Map(
  constructs.map((name) => [name, sources.map((file) => exampleOf(file, name)).find((found) => found !== undefined)]),
);

const pages = fragmentsOfPages();
const wrong: Fragment = { file: 'wrong.md', line: 10, code: "import { Tier } from 'cdk-andamio';\n\nTier.of(7, { rate: 1, burst: 1 });" };
let problems: string[] = [];
// One program for all, because loading the types of aws-cdk-lib takes seconds.
beforeAll(() => {
  const ofConstructs = [...examples.values()].filter((example): example is Fragment => example !== undefined);
  problems = compile([...pages, ...ofConstructs, wrong]);
}, 300_000);

test('each construct has an @example', () => {
  expect(constructs.length).toBeGreaterThanOrEqual(8);
  expect([...examples].filter(([, example]) => example === undefined).map(([name]) => name)).toEqual([]);
});

test('each code fragment on a page and each @example compiles by itself', () => {
  expect(pages.length).toBeGreaterThanOrEqual(13);
  expect(problems.filter((problem) => !problem.startsWith(wrong.file))).toEqual([]);
});

test('code that does not compile is reported with page and line', () => {
  expect(problems).toContainEqual(expect.stringMatching(/^wrong\.md:12 .*number.*string/));
});
