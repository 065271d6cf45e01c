import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Errors } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { globSync } from 'glob';
import ts from 'typescript';
import * as library from '../src';
import { testStack } from './synth';

interface Made {
  readonly name: string;
  /** Names of its constructor's parameters, `props` among them. */
  readonly parameters: readonly string[];
  readonly required: readonly string[];
  /** The type of each prop, as it is written. */
  readonly types: ReadonlyMap<string, string>;
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

function typesOf(name: string): Map<string, string> {
  const members = interfaces.get(name)?.members.filter(ts.isPropertySignature) ?? [];
  return new Map(members.map((member) => [member.name.getText(), member.type?.getText() ?? '']));
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
  const types = typesOf(props.type.getText());
  return required.length === 0 ? [] : [{ name, parameters: parameters.map((parameter) => parameter.name.getText()), required, types }];
});

function failure({ name, parameters }: Made, props: unknown): Error | undefined {
  const values: Record<string, unknown> = { scope: testStack(), id: 'It', props };
  const Class = (library as unknown as Record<string, new (...args: unknown[]) => unknown>)[name];
  try {
    new Class(...parameters.map((parameter) => values[parameter]));
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

test('every construct with required props is tried', () => {
  expect(made.map(({ name }) => name).sort()).toEqual(
    expect.arrayContaining(['BufferedIngestPath', 'TenantDirectory', 'TenantIsolatedApi', 'TenantTable']),
  );
  expect(made.length).toBeGreaterThanOrEqual(7);
});

describe.each(made)('$name, as JavaScript may call it', (one) => {
  const place = one.parameters.includes('scope') ? 'Test/It' : one.name;
  const message = `${place}: missing ${one.required.join(', ')}: expected a value for each required property`;

  test.each([[undefined], [null], [{}]])('with props %j names all that is required', (props) => {
    const error = failure(one, props);
    expect(error?.message).toBe(message);
    expect(Errors.isValidationError(error)).toBe(true);
  });

  test.each(one.required)('without %s alone names it', (name) => {
    const others = Object.fromEntries(one.required.filter((other) => other !== name).map((other) => [other, {}]));
    expect(failure(one, others)?.message).toBe(`${place}: missing ${name}: expected a value for each required property`);
  });
});

const tenancy = library.Tenancy.of('school', { tiers: [library.Tier.of('standard', { rate: 50, burst: 100 })] });

/** Values that JavaScript may give to any prop, each with the types that it is right for. */
const samples: readonly [string, unknown, RegExp][] = [
  ['a text', 'x', /^string$/],
  ['a number', 5, /^(number|RetentionDays)$/],
  ['a truth value', true, /^boolean$/],
  ['an empty object', {}, /^(JsonSchema|Record<string, string>|\{ \[.*)$/],
  ['an empty list', [], /\[\]$/],
  ['a list of objects', [{}], /^$/],
  ['a tenancy', tenancy, /^(Tenancy|JsonSchema|Record<string, string>|\{ \[.*)$/],
  ['a stack', testStack(), /^$/],
  ['a class', library.Tenancy, /^$/],
];

interface Tried {
  readonly name: string;
  readonly place: string;
  readonly required: readonly string[];
  readonly types: ReadonlyMap<string, string>;
  /** What the library says of props. */
  readonly failure: (props: unknown) => Error | undefined;
}

const constructs: Tried[] = made.map((one) => ({ ...one, place: 'Test/It', failure: (props) => failure(one, props) }));

/** Every static function that imports a construct by its attributes. */
const imports: Tried[] = statements.filter(ts.isClassDeclaration).flatMap((node) =>
  node.members.filter(ts.isMethodDeclaration).flatMap((method) => {
    const [name, type] = [method.name.getText(), method.parameters.at(-1)?.type?.getText() ?? ''];
    if (!/^from\w+Attributes$/.test(name)) return [];
    const owner = node.name?.text ?? '';
    const Class = (library as unknown as Record<string, Record<string, (...args: unknown[]) => unknown>>)[owner];
    const call = (props: unknown) => Class[name](testStack(), 'It', props);
    return [{ name: `${owner}.${name}`, place: 'Test/It', required: requiredOf(type), types: typesOf(type), failure: caught(call) }];
  }),
);

const values: Tried[] = [
  {
    name: 'Tenancy.of',
    place: 'Tenancy',
    type: 'TenancyOptions',
    call: (options: unknown) => library.Tenancy.of('school', options as never),
  },
  { name: 'Tier.of', place: 'Tier standard', type: 'TierLimits', call: (limits: unknown) => library.Tier.of('standard', limits as never) },
  { name: 'IngestKeys.of', place: 'IngestKeys', type: 'IngestKeyTemplates', call: (keys: unknown) => library.IngestKeys.of(keys as never) },
  {
    name: 'ItemStore.fromTable',
    place: 'Test/It',
    type: 'TableItemStoreOptions',
    call: (options: unknown) => library.ItemStore.fromTable(Table.fromTableName(testStack(), 'It', 'table'), options as never),
  },
  {
    name: 'AccessTokenIssuer.fromUserPool',
    place: 'Test/It',
    type: 'AccessTokenIssuerOptions',
    call: (options: unknown) => library.AccessTokenIssuer.fromUserPool(UserPool.fromUserPoolId(testStack(), 'It', 'id'), options as never),
  },
].map(({ type, call, ...rest }) => ({ ...rest, required: requiredOf(type), types: typesOf(type), failure: caught(call) }));

function caught(call: (props: unknown) => unknown): (props: unknown) => Error | undefined {
  return (props) => {
    try {
      call(props);
    } catch (error) {
      return error as Error;
    }
    return undefined;
  };
}

test('each import is tried', () => {
  expect(imports.map(({ name }) => name).length).toBeGreaterThanOrEqual(7);
});

describe.each([...imports, ...values])('$name, as JavaScript may call it', ({ place, required, ...one }) => {
  test.each([[undefined], [null], [{}]])('with %j names all that is required', (props) => {
    expect(one.failure(props)?.message).toBe(`${place}: missing ${required.join(', ')}: expected a value for each required property`);
  });
});

describe.each([...constructs, ...imports, ...values].flatMap((one) => [...one.types].map(([prop, type]) => ({ ...one, prop, type }))))(
  '$name: $prop, of type $type',
  ({ prop, type, place, ...one }) => {
    test.each(samples)('is not right as %s, where the type is another', (_, value, right) => {
      const others = Object.fromEntries(one.required.map((other) => [other, 0]));
      const lines = one.failure({ ...others, [prop]: value })?.message.split('\n') ?? [];
      const line = lines.find((text) => text.startsWith(`${place}: invalid ${prop} `));
      // A list of the right type may still be too short.
      if (right.test(type)) expect(line ?? 'at least one').toMatch(/at least one/);
      else expect(line).toMatch(/: expected \S.* ?\S/);
    });
  },
);

test.each([
  [
    'TenantUserPool',
    { directory: tenancy, callbackUrls: 'https://app.example' },
    [
      'Test/It: invalid directory <Tenancy>: expected a TenantDirectory',
      'Test/It: invalid callbackUrls "https://app.example": expected a list of URLs',
    ],
  ],
  [
    'BufferedIngestPath',
    { destination: testStack(), keys: {}, schema: 'x' },
    [
      'Test/It: invalid destination <construct Test>: expected a TenantTable, or ItemStore.fromTable(…)',
      'Test/It: invalid keys {}: expected IngestKeys.of({ partitionKey: … })',
      'Test/It: invalid schema "x": expected a JSON schema, such as { type: JsonSchemaType.OBJECT, … }',
    ],
  ],
  [
    'SecureFunction',
    { code: 'app/handler.ts', concurrency: 5, timeout: 30, encryptionKey: 'arn:aws:kms:…' },
    [
      'Test/It: invalid code "app/handler.ts": expected FunctionCode.bundle(…) or FunctionCode.of(…)',
      'Test/It: invalid concurrency 5: expected FunctionConcurrency.reserved(…) or FunctionConcurrency.unreserved(…)',
      'Test/It: invalid timeout 30: expected a Duration, such as Duration.minutes(5)',
      'Test/It: invalid encryptionKey "arn:aws:kms:…": expected a KMS key: new Key(…), or Key.fromKeyArn(…)',
    ],
  ],
])('%s reports each wrong value, and what would be right, at once', (name, props, lines) => {
  const one = made.find((other) => other.name === name);
  if (one === undefined) throw new Error(`no construct ${name}`);
  const error = failure(one, props);
  expect(error?.message.split('\n')).toEqual(lines);
  expect(Errors.isValidationError(error)).toBe(true);
});

test('a tenancy of tiers that are none says how to get one', () => {
  expect(() => library.Tenancy.of('school', { tiers: ['standard'] as never })).toThrow(
    'Tenancy: invalid tiers ["standard"]: expected a list of tiers: [Tier.of(…)]',
  );
});
