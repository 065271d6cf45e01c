import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { globSync } from 'glob';
import ts from 'typescript';
import { sizesOf } from '../integ/proofs/hostile/cost/place';
import { PLACES } from '../integ/proofs/hostile/cost/places';

// `npx projen prove hostile` measures these places: what reads callers' input and is not among them is measured nowhere.

const ROOT = resolve(__dirname, '..');
const measured = new Set(PLACES.flatMap(({ files }) => files));
const sources = globSync('src/**/*.ts', { cwd: ROOT }).sort();
/**
 * Their events come from a schedule, from a handler that is a place (the id that it calculated), and from a state machine of the package.
 * Answers of an API are read by expressions that take linear time (test/regexes.test.ts).
 */
const NO_CALLERS = ['src/lake-erasure/erase.lambda.ts', 'src/resilient-gov-sync/run-sync.lambda.ts'];

test('every handler is a place', () => {
  // Custom resources answer CloudFormation, whose values are those of the template: no caller reaches them.
  const isCustomResource = (file: string) => /\banswerRequest\(/.test(readFileSync(resolve(ROOT, file), 'utf8'));
  const readsItsEvent = (file: string) => !/\bhandler\(_event: unknown/.test(readFileSync(resolve(ROOT, file), 'utf8'));
  const handlers = sources.filter((file) => file.endsWith('.lambda.ts') && !isCustomResource(file) && readsItsEvent(file));
  expect(handlers.length).toBeGreaterThan(0);
  expect(handlers.filter((file) => !measured.has(file))).toEqual(NO_CALLERS);
});

test('every run-time module of the package is a place', () => {
  const { exports } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { default: string }>;
  };
  const modules = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default]));
  const offered = modules.map((target) => target.replace(/^\.\/lib\/(.+)\.js$/, 'src/$1.ts')).filter((file) => file !== 'src/index.ts');
  const files = offered.flatMap((file) => [file, ...handedOnBy(file)]);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !measured.has(file))).toEqual([]);
});

test('every file that writes mapping templates is a place', () => {
  // A template of Velocity sets a variable, or asks the request something; templates of gateway responses do neither.
  const velocity = /#set\(|#if\(|\$input\.|\$util\./;
  const files = sources.filter((file) => literalsOf(file).some((text) => velocity.test(text)));
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !measured.has(file))).toEqual([]);
});

test('every file of a place exists', () => {
  expect([...measured].filter((file) => !existsSync(resolve(ROOT, file)))).toEqual([]);
});

beforeAll(() => {
  // Some tokens are signed.
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  process.env.COST_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
});

test.each(PLACES.map((place) => [place.name, place] as const))('%s has at least six shapes, doubled up to its limit', (_, place) => {
  const sizes = sizesOf(place);
  expect(Object.keys(place.shapes).length).toBeGreaterThanOrEqual(6);
  expect(sizes.length).toBeGreaterThanOrEqual(5);
  expect(sizes[sizes.length - 1]).toBe(place.limit);
  expect(sizes[0]).toBeLessThan(16 * 1_024);
  for (const shape of Object.values(place.shapes)) {
    const [small, large] = [shape(sizes[sizes.length - 2], 1), shape(place.limit, 1)].map((text) => Buffer.byteLength(text));
    // What surrounds a value is not doubled.
    expect(large / small).toBeGreaterThan(1.5);
    expect(large).toBeGreaterThan(place.limit * 0.6);
  }
});

test('names are unique', () => {
  expect(new Set(PLACES.map(({ name }) => name)).size).toBe(PLACES.length);
});

/** The files of which a module hands on everything. */
function handedOnBy(file: string): string[] {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  return [...text.matchAll(/^export \* from '(\.[^']+)';$/gm)].map(([, module]) => `${join(dirname(file), module)}.ts`);
}

function literalsOf(file: string): string[] {
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) literals.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(resolve(ROOT, file), 'utf8'), ts.ScriptTarget.ESNext));
  return literals;
}
