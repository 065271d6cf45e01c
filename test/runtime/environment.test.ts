import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AppKey } from '../../src';
import { createHandler } from '../../src/core/private/handler';
import { readSettings, type Variables } from '../../src/runtime/environment';
import { templateOf, testStack } from '../synth';

interface Settings {
  readonly TABLE: string;
  readonly TIERS: readonly string[];
  readonly SECONDS?: number;
  readonly SORT_KEY?: string;
}
const VARIABLES: Variables<Settings> = { TABLE: 'text', TIERS: 'json', SECONDS: 'json?', SORT_KEY: 'text?' };

function setEnvironment(variables: Record<string, unknown>): void {
  for (const name of Object.keys(VARIABLES)) delete process.env[name];
  Object.assign(process.env, variables);
}
afterAll(() => setEnvironment({}));

/** The environment that a construct writes for a handler of these settings. */
function written(settings: Settings): Record<string, unknown> {
  const stack = testStack();
  createHandler<Settings>(stack, 'Handler', {
    asset: 'buffered-ingest-path/batch-writer',
    description: 'A handler',
    timeout: Duration.seconds(1),
    settings,
    variables: VARIABLES,
    encryptionKey: AppKey.of(stack),
    removalPolicy: RemovalPolicy.RETAIN,
    concurrency: { unreserved: 'reason' },
    noDeadLetters: 'reason',
  });
  return Object.values(templateOf(stack).findResources('AWS::Lambda::Function'))[0].Properties.Environment.Variables;
}

test.each<Settings>([
  { TABLE: 'items', TIERS: ['basic', 'premium'], SECONDS: 60, SORT_KEY: 'sk' },
  { TABLE: '', TIERS: [], SECONDS: 0 },
  { TABLE: '"quoted"', TIERS: ['a "b" \\ ${c}'] },
])('a handler reads what its construct writes: %j', (settings) => {
  setEnvironment(written(settings));
  expect(readSettings<Settings>(VARIABLES)).toEqual(settings);
});

test('a variable that is missing stops the start of the function, unless it is optional', () => {
  setEnvironment({ TABLE: 'items' });
  expect(() => readSettings<Settings>(VARIABLES)).toThrow('environment variable TIERS is not set');
  setEnvironment({ TABLE: 'items', TIERS: '[]' });
  expect(readSettings<Settings>(VARIABLES)).toEqual({ TABLE: 'items', TIERS: [] });
});

test('the compiler finds a variable that is missing, misspelled or of another type, on both sides', () => {
  // @ts-expect-error: TIERS is missing.
  const missing: Settings = { TABLE: 'items' };
  // @ts-expect-error: TABEL is misspelled, on the construct's side.
  const misspelled: Settings = { TABLE: 'items', TIERS: [], TABEL: 'items' };
  // @ts-expect-error: TIERS is missing in the list that both sides share.
  const unlisted: Variables<Settings> = { TABLE: 'text', SECONDS: 'json?', SORT_KEY: 'text?' };
  // @ts-expect-error: a list is not written as a text.
  const noText: Variables<Settings> = { ...VARIABLES, TIERS: 'text' };
  // @ts-expect-error: SORT_KEY may be absent.
  const required: Variables<Settings> = { ...VARIABLES, SORT_KEY: 'text' };
  setEnvironment({ TABLE: 'items', TIERS: '[]' });
  // @ts-expect-error: TABEL is misspelled, on the handler's side.
  expect(readSettings<Settings>(VARIABLES).TABEL).toBeUndefined();
  expect([missing, misspelled, unlisted, noText, required]).toHaveLength(5);
});
