import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Errors } from 'aws-cdk-lib';
import { globSync } from 'glob';
import ts from 'typescript';
import * as library from '../src';
import { testStack } from './synth';

interface Made {
  readonly name: string;
  /** Names of its constructor's parameters, `props` among them. */
  readonly parameters: readonly string[];
  readonly required: readonly string[];
}

const sources = globSync('src/**/*.ts', { cwd: resolve(__dirname, '..'), absolute: true }).map((file) =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true),
);
const statements = sources.flatMap((source) => [...source.statements]);
const interfaces = new Map(statements.filter(ts.isInterfaceDeclaration).map((node) => [node.name.text, node]));

/** The required members of an interface, its parents' among them. */
function requiredOf(name: string): string[] {
  const node = interfaces.get(name);
  if (node === undefined) throw new Error(`no interface ${name} in src`);
  const parents = (node.heritageClauses ?? []).flatMap(({ types }) => types.map(({ expression }) => expression.getText()));
  const own = node.members.filter(({ questionToken }) => questionToken === undefined).map((member) => member.name?.getText() ?? '');
  return [...own, ...parents.filter((parent) => interfaces.has(parent)).flatMap(requiredOf)];
}

/** Every exported class that is made of props. */
const made: Made[] = statements.filter(ts.isClassDeclaration).flatMap((node) => {
  const name = node.name?.text ?? '';
  const maker = node.members.find(ts.isConstructorDeclaration);
  const isPrivate = maker?.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ?? false;
  const parameters = maker?.parameters ?? [];
  const props = parameters.find((parameter) => parameter.name.getText() === 'props');
  if (!(name in library) || isPrivate || props?.type === undefined || props.questionToken) return [];
  const required = requiredOf(props.type.getText());
  return required.length === 0 ? [] : [{ name, parameters: parameters.map((parameter) => parameter.name.getText()), required }];
});

function failure({ name, parameters }: Made, props: unknown): Error {
  const values: Record<string, unknown> = { scope: testStack(), id: 'It', props };
  const Class = (library as unknown as Record<string, new (...args: unknown[]) => unknown>)[name];
  try {
    new Class(...parameters.map((parameter) => values[parameter]));
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${name} took props that lack what is required`);
}

test('every construct with required props is tested', () => {
  expect(made.map(({ name }) => name).sort()).toEqual(
    expect.arrayContaining(['BufferedIngestPath', 'TenantDirectory', 'TenantIsolatedApi', 'TenantTable']),
  );
  expect(made.length).toBeGreaterThanOrEqual(7);
});

describe.each(made)('$name, as JavaScript may call it', (one) => {
  const place = one.parameters.includes('scope') ? 'Test/It' : one.name;
  const message = `${place}: missing ${one.required.join(', ')}: expected a value for each required property`;

  test.each([[undefined], [null], [{}]])('with props %j names all required props', (props) => {
    const error = failure(one, props);
    expect(error.message).toBe(message);
    expect(Errors.isValidationError(error)).toBe(true);
  });

  test.each(one.required)('without %s alone names it', (name) => {
    const others = Object.fromEntries(one.required.filter((other) => other !== name).map((other) => [other, {}]));
    expect(failure(one, others).message).toBe(`${place}: missing ${name}: expected a value for each required property`);
  });
});

test.each([[undefined], [null], [{}]])('a tenancy with options %j names the required ones', (options) => {
  expect(() => library.Tenancy.of('school', options as never)).toThrow(
    'Tenancy: missing tiers: expected a value for each required property',
  );
});
