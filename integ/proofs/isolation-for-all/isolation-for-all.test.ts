import { TENANT_ID_PATTERN } from '../../../src/runtime/tenant-id';
import { generator } from '../../kit/random';
import type { JsonObject } from '../../sandbox';
import { MISTAKES } from '../isolation/broken';
import { isAllowed, type Tags } from '../isolation/evaluate';
import { ownersOf } from '../isolation/owners';
import type { Platform, TenantRole } from '../isolation/platform';
import { synthesized } from '../isolation/source';
import { statementsOf } from '../isolation/statements';
import { claimsOf, script } from './claims';
import { compareOpenings, compareRequests, decided } from './compare';
import { allows, membersNeeded } from './encode';
import { idsAreSeparatorFree, prove } from './prove';
import { remembering, type Solver, startSolver } from './solver';
import { isId } from './tenant-ids';
import { literal, matches, pieces } from './terms';

const ids = TENANT_ID_PATTERN;
let solver: Solver;
let platform: Platform;
let members: TenantRole;
beforeAll(async () => {
  // A broken copy asks again whatever its mistake does not change.
  solver = remembering(await startSolver(() => {}));
  platform = await synthesized('integ/proofs/isolation/app.ts');
  members = platform.roles[0];
});
afterAll(() => solver.close());

test('no tenant id has a separator, and a pattern that allows one is found', async () => {
  expect(await idsAreSeparatorFree(solver, ids)).toBe(true);
  expect(await idsAreSeparatorFree(solver, '^[a-z/]{3,64}$')).toBe(false);
  expect(() => isId('x', '^(a|b)+$')).toThrow('The pattern of tenant ids: ^(a|b)+$ is not supported');
});

test('no session reaches another tenant’s data, and every tenant reaches its own', async () => {
  for (const role of platform.roles) {
    const proof = await prove(solver, role, platform, { ids });
    expect(proof).toMatchObject({ counterexamples: [], doubts: [] });
    expect(proof.ownReached).toBeGreaterThan(7);
  }
});

test('no session sets the key of an index that trusted writers fill, whatever else it sets', async () => {
  const proof = await prove(solver, members, platform, { ids, whole: false });
  expect(proof.indexWritesDenied).toBe(3);
  expect(proof.indexWritesOpen).toEqual(
    ['PutItem', 'UpdateItem', 'BatchWriteItem'].map((name) => expect.stringMatching(`by-team: dynamodb:${name}$`)),
  );
  // Either the permission or the denials suffice.
  const withoutDenials = { ...members, identity: members.identity.map(withoutDenialsOfAttributes) };
  expect((await prove(solver, withoutDenials, platform, { ids, whole: false })).indexWritesDenied).toBe(3);
  // If a missing context key gave access, the proof would report it.
  const trusting = edited('"dynamodb:Attributes":"false"', '"dynamodb:Attributes":["true","false"]');
  const neither = { ...trusting, identity: trusting.identity.map(withoutDenialsOfAttributes) };
  expect((await prove(solver, neither, platform, { ids, whole: false })).indexWritesOpen).toHaveLength(6);
});

function withoutDenialsOfAttributes(document: JsonObject): JsonObject {
  const statements = (document.Statement as JsonObject[]).filter(
    (statement) => statement.Effect !== 'Deny' || !JSON.stringify(statement).includes('dynamodb:Attributes'),
  );
  expect(statements.length).toBeLessThan((document.Statement as JsonObject[]).length);
  return { ...document, Statement: statements };
}

test.each(MISTAKES)('a broken copy has a counterexample that the evaluator confirms: $name', async (mistake) => {
  const broken = mistake.apply(members, true);
  // `prove isolation-for-all` confirms all counterexamples of each copy, in both apps.
  const proof = broken && (await prove(solver, broken, platform, { ids, whole: false, first: true }));
  const opened = (proof?.indexWritesOpen ?? []).filter((line) => line.includes('by-page'));
  expect([...(proof?.counterexamples ?? []), ...opened].length).toBeGreaterThan(0);
  expect(proof?.doubts).toEqual([]);
});

/** The members' role with a text replaced in its policies. */
function edited(text: string, by: string, part: 'identity' | 'trust' = 'identity'): TenantRole {
  const document = JSON.stringify(members[part]);
  expect(document).toContain(text);
  return { ...members, [part]: JSON.parse(document.replaceAll(text, by)) };
}

test('a lake whose year can be any text is found, because the tenant could be anywhere in a name', async () => {
  const broken = edited('year=????/month=??/', 'year=*/month=*/');
  const lake = claimsOf(broken, platform).find(
    ({ access, possible }) => possible && access.action === 's3:GetObject' && access.layouts[0]?.startsWith('data/'),
  );
  const question = lake?.crossing();
  const { answer, values } = await solver.ask(question?.script ?? '');
  expect(answer).toBe('sat');
  const { tags, request, other } = question?.read(values) ?? { tags: {}, request: { action: '', resource: '', context: {} } };
  expect([isAllowed(broken, tags, request), isAllowed(members, tags, request)]).toEqual([true, false]);
  expect(ownersOf(request, platform).tenants).toEqual([other]);
});

test('a trust policy that allows a slash is found', async () => {
  const { counterexamples } = await prove(solver, edited('"*/*",', '', 'trust'), platform, { ids, whole: false });
  expect(counterexamples).toEqual([expect.stringMatching(/the trust opens a session with \{"club":".*\/.*"\}/)]);
});

test('a trust policy that rejects a tenant, and policies that allow nothing, fail the proof', async () => {
  const denying = await prove(solver, edited('"???*"', '"????*"', 'trust'), platform, { ids });
  expect(denying.doubts).toEqual([expect.stringContaining('the trust denies the tenant')]);
  const closed = await prove(solver, edited('"dynamodb:LeadingKeys":"false"', '"dynamodb:LeadingKeys":"true"'), platform, { ids });
  expect(closed.doubts).toEqual(expect.arrayContaining([expect.stringContaining('no tenant reaches its own data')]));
});

test('encoding and evaluator agree on random requests and on all ways to open a session', async () => {
  for (const role of platform.roles) {
    expect((await compareRequests(solver, role, platform, 300, 7)).differences).toEqual([]);
    expect((await compareOpenings(solver, role)).differences).toEqual([]);
  }
});

describe('each element of the policy language, compared with the evaluator', () => {
  const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/t';
  const operators = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'];
  const variants: [string, (operator: string) => string][] = [
    ['', (operator) => operator],
    ['IfExists', (operator) => `${operator}IfExists`],
    ['ForAllValues', (operator) => `ForAllValues:${operator}`],
    ['ForAnyValue', (operator) => `ForAnyValue:${operator}`],
  ];
  const random = generator(20266);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)];
  const joined = (parts: readonly string[]) => Array.from({ length: 1 + below(4) }, () => pick(parts)).join('');
  const plain = ['a', 'b-1', '#', '/', '*', '?', '${aws:PrincipalTag/club}', '"', '\\', '.', '$'];
  const pattern = () => joined([...plain, '${*}', '${?}', '${$}']);
  const text = () => joined(['a', 'b-1', '#', '/', '*', '?', '$', 'c', '"', '\\', '.', 'é']);

  interface Sample {
    readonly role: TenantRole;
    readonly tags: Tags;
    readonly keys: readonly string[] | undefined;
    readonly prefix: string | undefined;
    readonly action: string;
    readonly resource: string;
  }
  const roleOf = (statements: JsonObject[]): TenantRole => ({
    arn: 'arn:aws:iam::123456789012:role/r',
    account: '123456789012',
    path: 'r',
    tag: 'club',
    trust: {},
    identity: [{ Version: '2012-10-17', Statement: statements }],
  });
  const requestOf = ({ action, resource, keys, prefix }: Sample) => ({
    action,
    resource,
    context: { ...(keys ? { 'dynamodb:LeadingKeys': keys } : {}), ...(prefix === undefined ? {} : { 's3:prefix': prefix }) },
  });
  const termOf = ({ role, tags, keys, prefix, action, resource }: Sample) =>
    allows(statementsOf(role), {
      action,
      resource: { known: resource },
      context: {
        'aws:principaltag/club': { present: String(tags.club !== undefined), value: literal(tags.club ?? '') },
        'dynamodb:leadingkeys': { present: String(keys !== undefined), members: (keys ?? []).map(literal) },
        's3:prefix': { present: String(prefix !== undefined), value: literal(prefix ?? '') },
      },
    });
  const agree = async (samples: readonly Sample[]) => {
    const encoded = await decided(solver, samples.map(termOf));
    const differences = samples.flatMap((sample, number) => {
      const evaluated = isAllowed(sample.role, sample.tags, requestOf(sample));
      const differs = sample.tags.club ? encoded[number] !== evaluated : evaluated && !encoded[number];
      return differs ? [JSON.stringify({ encoded: encoded[number], evaluated, ...sample, role: sample.role.identity })] : [];
    });
    expect(differences).toEqual([]);
    // A comparison in which every outcome is the same would show nothing.
    expect(new Set(encoded)).toEqual(new Set([true, false]));
  };
  const tags = (): Tags => (random() < 0.2 ? {} : { club: pick(['a', 'b-1', 'a.b', 'aé']) });
  const sometimes = <T>(make: () => T): T | undefined => (random() < 0.2 ? undefined : make());

  test.each(variants.flatMap(([name, variant]) => operators.map((operator) => [`${name} ${operator}`.trim(), variant(operator)])))(
    '%s',
    async (_, operator) => {
      const set = operator.startsWith('For');
      const condition = () => ({
        [operator]: {
          [set ? 'dynamodb:LeadingKeys' : 's3:prefix']: Array.from({ length: 1 + below(2) }, () => pattern()),
        },
      });
      const statement = (Effect: string, Condition: JsonObject): JsonObject => ({
        Effect,
        Action: 'dynamodb:Query',
        Resource: TABLE,
        Condition,
      });
      await agree(
        Array.from({ length: 150 }, (_unused, number) => ({
          role: roleOf(number % 2 ? [statement('Allow', condition())] : [statement('Allow', {}), statement('Deny', condition())]),
          tags: tags(),
          keys: set ? sometimes(() => Array.from({ length: 1 + below(3) }, text)) : undefined,
          prefix: set ? undefined : sometimes(text),
          action: 'dynamodb:Query',
          resource: TABLE,
        })),
      );
    },
  );

  test('Null, several conditions, and denials over permissions', async () => {
    const condition = (): JsonObject => ({
      ...(random() < 0.7
        ? {
            Null: {
              'dynamodb:LeadingKeys': pick(['true', 'false']),
              'aws:PrincipalTag/club': pick<JsonObject | string[]>([['false'], ['true', 'false']]) as never,
            },
          }
        : {}),
      ...(random() < 0.7 ? { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/club}#*'] } } : {}),
      ...(random() < 0.3 ? { 'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/club}*'] } } : {}),
      ...(random() < 0.3 ? { StringLike: { 'aws:PrincipalTag/club': ['?', 'b*'] } } : {}),
    });
    const statement = (): JsonObject => ({
      Effect: pick(['Allow', 'Allow', 'Deny']),
      Action: pick(['dynamodb:Query', 'dynamodb:Scan']),
      Resource: TABLE,
      Condition: condition(),
    });
    const keys = () => Array.from({ length: 1 + below(2) }, () => `${pick(['a', 'b-1', 'a.b', 'c'])}${pick(['#', ''])}x`);
    await agree(
      Array.from({ length: 400 }, () => ({
        role: roleOf(Array.from({ length: 1 + below(4) }, statement)),
        tags: tags(),
        keys: sometimes(keys),
        prefix: undefined,
        action: 'dynamodb:Query',
        resource: TABLE,
      })),
    );
  });

  test('resources: objects and their folders, with the tag, wildcards and denials', async () => {
    const object = () => `arn:aws:s3:::b/${joined(['a', 'b-1', '/', '#', 'x', '.'])}`;
    const resource = () => `arn:aws:s3:::b/${joined(['a', 'b-1', '/', '*', '?', '${aws:PrincipalTag/club}'])}`;
    await agree(
      Array.from({ length: 400 }, () => ({
        role: roleOf([
          { Effect: 'Allow', Action: 's3:GetObject', Resource: [resource(), resource(), 'arn:aws:s3:::*/x*'] },
          { Effect: 'Deny', Action: pick(['s3:*', 's3:Get?bject', 's3:PutObject', '*']), Resource: resource() },
        ]),
        tags: tags(),
        keys: undefined,
        prefix: undefined,
        action: 's3:GetObject',
        resource: object(),
      })),
    );
  });
});

test('a pattern with an open text and an open variable matches as in IAM, in each form for the solver', async () => {
  const cases: [pattern: string, text: string, expected: boolean][] = [
    ['${t}#*', 'abc#x', true],
    ['${t}#*', 'abcd#x', false],
    ['*${t}*', 'xabcx', true],
    ['y=????/${t}/*', 'y=2026/abc/', true],
    ['y=????/${t}/*', 'y=202/abc/x', false],
    ['y=*/${t}/*', 'y=1/2/abc/x', true],
    ['???*', 'ab', false],
    ['???', 'abc', true],
    ['?${t}?', 'xabcy', true],
    ['?${t}?', 'abcy', false],
  ];
  for (const [pattern, text, expected] of cases) {
    const term = matches('text', pieces('', pattern, true), () => 't');
    const constants = [
      ['text', 'String'],
      ['t', 'String'],
    ];
    const { answer } = await solver.ask(script(constants, [`(= text ${literal(text)})`, '(= t "abc")', term]));
    expect([pattern, text, answer]).toEqual([pattern, text, expected ? 'sat' : 'unsat']);
  }
});

describe('what the translation does not support stops it, by name', () => {
  const context = {
    'dynamodb:leadingkeys': { present: 'keys', members: ['a', 'b'] },
    'aws:principaltag/club': { present: 'tagged', value: 'tag' },
  };
  const translate = (Condition: JsonObject, Resource = 'arn:aws:dynamodb:us-east-1:1:table/t') => {
    const identity = [{ Version: '2012-10-17', Statement: [{ Sid: 'S', Effect: 'Allow', Action: 'dynamodb:Query', Resource, Condition }] }];
    return () =>
      allows(statementsOf({ path: 'R', identity }), {
        action: 'dynamodb:Query',
        resource: { known: 'arn:aws:dynamodb:us-east-1:1:table/t' },
        context,
      });
  };
  test.each<[string, JsonObject, string]>([
    [
      'an operator',
      { StringEqualsIgnoreCase: { 'aws:PrincipalTag/club': 'x' } },
      'R, statement S, StringEqualsIgnoreCase of aws:PrincipalTag/club: the operator is not supported',
    ],
    ['a key', { Bool: { 'aws:SecureTransport': 'true' } }, 'Bool of aws:SecureTransport: the condition key is not supported'],
    ['another tag', { StringLike: { 'aws:PrincipalTag/team': 'x' } }, 'aws:PrincipalTag/team: the condition key is not supported'],
    [
      'a variable',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': '${aws:username}#*' } },
      'the variable ${aws:username} is not supported',
    ],
    ['a default', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': "${aws:PrincipalTag/club, 'all'}#*" } }, 'it has a default'],
    [
      'a set without a set operator',
      { StringLike: { 'dynamodb:LeadingKeys': 'x' } },
      'a set is compared without ForAllValues or ForAnyValue',
    ],
    ['a Null of something else', { Null: { 'dynamodb:LeadingKeys': 'maybe' } }, 'maybe is not supported'],
  ])('%s', (_, condition, message) => {
    expect(translate(condition)).toThrow(message);
  });

  test('a resource that is not an ARN, or has a variable before its last part', () => {
    expect(translate({}, 'arn:aws:dynamodb')).toThrow('the resource arn:aws:dynamodb is not supported');
    expect(translate({}, 'arn:aws:dynamodb:${aws:PrincipalTag/club}:1:table/t')).toThrow('a variable before its last part');
  });
});

test('a set in a query has as many members as conditions may need witnesses', () => {
  const statements = (Effect: string, operator: string, times: number) =>
    statementsOf({
      path: 'R',
      identity: [
        {
          Version: '2012-10-17',
          Statement: Array.from({ length: times }, () => ({
            Effect,
            Action: 'dynamodb:Query',
            Resource: '*',
            Condition: { [operator]: { 'dynamodb:LeadingKeys': 'x' } },
          })),
        },
      ],
    });
  expect(membersNeeded(statements('Allow', 'ForAllValues:StringLike', 5))).toBe(2);
  expect(membersNeeded(statements('Deny', 'ForAnyValue:StringNotLike', 5))).toBe(2);
  expect(membersNeeded(statements('Deny', 'ForAllValues:StringLike', 3))).toBe(4);
  expect(membersNeeded([...statements('Allow', 'ForAnyValue:StringLike', 2), ...statements('Deny', 'ForAllValues:StringLike', 1)])).toBe(3);
});
