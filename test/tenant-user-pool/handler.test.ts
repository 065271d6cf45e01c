import fc from 'fast-check';
import type { Directory, Item } from '../../src/tenant-user-pool/lambda/membership';
import { type PreTokenDependencies, withMembership } from '../../src/tenant-user-pool/lambda/pre-token';
import type { PreTokenEvent } from '../../src/tenant-user-pool/lambda/pre-token-event';

const claims = { tenant: 'custom:school_id', tier: 'custom:tier', roles: 'custom:roles' };
const member: Item = { pk: 'USER#user-1', sk: 'MEMBERSHIP', user: 'user-1', tenant: 'north', roles: ['teacher', 'director'] };
const north: Item = { pk: 'TENANT#north', sk: 'TENANT', tenant: 'north', tier: 'standard', state: 'active' };

function signIn(more: Partial<PreTokenEvent> = {}, attributes: Record<string, string> = {}): PreTokenEvent {
  return {
    version: '2',
    triggerSource: 'TokenGeneration_HostedAuth',
    userPoolId: 'pool',
    callerContext: { clientId: 'client' },
    request: { userAttributes: { sub: 'user-1', email: 'ada@north.example', ...attributes }, clientMetadata: { tenant: 'south' } },
    ...more,
  };
}

/** A directory of these items, in the order of their sort keys. */
function directoryOf(...items: Item[]): Directory {
  return {
    query: async (pk, limit) => items.filter((item) => item.pk === pk).slice(0, limit),
    get: async (pk, sk) => items.find((item) => item.pk === pk && item.sk === sk),
  };
}

function setUp(directory: Directory) {
  const lines: Record<string, unknown>[] = [];
  const made: PreTokenDependencies = {
    directory,
    claims,
    tiers: ['standard', 'trial'],
    functionName: 'pre-token',
    now: () => 1_790_000_000_000,
    log: (line) => lines.push(line as Record<string, unknown>),
  };
  return { lines, made };
}

test('a member of an active tenant gets the claims in both tokens, and the rest of the event is unchanged', async () => {
  const event = signIn();
  const added = { 'custom:school_id': 'north', 'custom:tier': 'standard', 'custom:roles': 'teacher director' };
  await expect(withMembership(event, setUp(directoryOf(member, north)).made)).resolves.toEqual({
    ...event,
    response: {
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: { claimsToAddOrOverride: added },
        accessTokenGeneration: { claimsToAddOrOverride: added },
      },
    },
  });
});

test.each(['Authentication', 'NewPasswordChallenge', 'AuthenticateDevice', 'RefreshTokens'])('%s has the same result', async (source) => {
  const event = signIn({ triggerSource: `TokenGeneration_${source}` });
  await expect(withMembership(event, setUp(directoryOf(member, north)).made)).resolves.toHaveProperty('response');
  await expect(withMembership(event, setUp(directoryOf(north)).made)).rejects.toThrow();
});

// The attribute is immutable: a user who moves to another tenant keeps the old value.
test.each(['north', 'south', ''])(
  'the attribute %j of the user does not decide the tenant, and both tokens have the directory’s',
  async (attribute) => {
    const { response } = await withMembership(signIn({}, { 'custom:school_id': attribute }), setUp(directoryOf(member, north)).made);
    const { idTokenGeneration, accessTokenGeneration } = response.claimsAndScopeOverrideDetails;
    for (const { claimsToAddOrOverride } of [idTokenGeneration, accessTokenGeneration])
      expect(claimsToAddOrOverride).toMatchObject({ 'custom:school_id': 'north' });
  },
);

const broken: Directory = { query: async () => Promise.reject(new Error('timeout')), get: async () => undefined };

test.each<[string, PreTokenEvent, Directory, string]>([
  ['no membership', signIn(), directoryOf(north), 'the user has no membership'],
  [
    'two memberships',
    signIn(),
    directoryOf(member, { ...member, sk: 'TENANT#south', tenant: 'south' }, north),
    'the user has several memberships',
  ],
  ['a malformed tenant', signIn(), directoryOf({ ...member, tenant: 'north#' }, north), 'the membership is malformed'],
  ['a membership under another key', signIn(), directoryOf({ ...member, sk: 'TENANT#north' }, north), 'the membership is malformed'],
  ['a membership of somebody else', signIn(), directoryOf({ ...member, user: 'user-2' }, north), 'the membership is malformed'],
  ['roles that are none', signIn(), directoryOf({ ...member, roles: 'all' }, north), 'the roles are malformed'],
  ['a role of two words', signIn(), directoryOf({ ...member, roles: ['teacher director'] }, north), 'the roles are malformed'],
  ['an empty role', signIn(), directoryOf({ ...member, roles: [''] }, north), 'the roles are malformed'],
  ['no tenant', signIn(), directoryOf(member), 'the tenant has no record'],
  ['a suspended tenant', signIn(), directoryOf(member, { ...north, state: 'suspended' }), 'the tenant is suspended'],
  ['a tenant that is leaving', signIn(), directoryOf(member, { ...north, state: 'offboarding' }), 'the tenant is offboarding'],
  ['a tenant that has left', signIn(), directoryOf(member, { ...north, state: 'departed', tier: undefined }), 'the tenant is departed'],
  ['a tenant that is being made', signIn(), directoryOf(member, { ...north, state: 'onboarding' }), 'the tenant is onboarding'],
  ['a tenant without a state', signIn(), directoryOf(member, { ...north, state: undefined }), 'the tenant is undefined'],
  ['an unknown tier', signIn(), directoryOf(member, { ...north, tier: 'gold' }), 'the tenant has the unknown tier gold'],
  ['a record of another tenant', signIn(), directoryOf(member, { ...north, tenant: 'south' }), 'the record of the tenant is malformed'],
  ['a directory out of reach', signIn(), broken, 'timeout'],
  [
    'a machine',
    signIn({ triggerSource: 'TokenGeneration_ClientCredentials' }),
    directoryOf(member, north),
    'the trigger source TokenGeneration_ClientCredentials is not a sign-in of a user',
  ],
  ['another version', signIn({ version: '1' }), directoryOf(member, north), 'the event has version 1 instead of 2'],
  ['nobody', signIn({}, { sub: '' }), directoryOf(member, north), 'the user has no sub'],
])('with %s, no token is issued; the log has the reason, but the error does not', async (_, event, directory, reason) => {
  const { lines, made } = setUp(directory);
  await expect(withMembership(event, made)).rejects.toThrow(/^Sign-in is not possible$/);
  expect(lines).toEqual([expect.objectContaining({ message: 'No token', reason, client: 'client' })]);
  expect(JSON.stringify(lines)).not.toContain('ada@');
});

test.each([
  ['a rejection', directoryOf(member, { ...north, state: 'suspended' }), { level: 'WARN', Denied: 1, tenant: 'north' }, 'Denied'],
  ['a directory out of reach', broken, { level: 'ERROR', Failed: 1 }, 'Failed'],
])('the log line of %s has user and tenant, and a metric', async (_, directory, said, Name) => {
  const { lines, made } = setUp(directory);
  await expect(withMembership(signIn(), made)).rejects.toThrow();
  expect(lines).toEqual([expect.objectContaining({ ...said, user: 'user-1', FunctionName: 'pre-token' })]);
  expect(lines[0]._aws).toEqual({
    Timestamp: 1_790_000_000_000,
    CloudWatchMetrics: [{ Namespace: 'Andamio/TenantUserPool', Dimensions: [['FunctionName']], Metrics: [{ Name, Unit: 'Count' }] }],
  });
});

test('a tenant that is not certain is not in the log', async () => {
  const { lines, made } = setUp(directoryOf({ ...member, tenant: 'x\n{"forged":true}' }));
  await expect(withMembership(signIn(), made)).rejects.toThrow();
  expect(JSON.stringify(lines)).not.toContain('forged');
});

const id = fc.constantFrom('north', 'south', 'a', 'NORTH', 'north#x', '', 'x'.repeat(65));
const anyMember = fc.record({
  pk: fc.constant('USER#user-1'),
  sk: fc.constantFrom('MEMBERSHIP', 'MEMBERSHIP', 'TENANT#north'),
  tenant: fc.oneof(id, fc.constant(undefined), fc.constant(['north']), fc.constant(7)),
  user: fc.constantFrom('user-1', 'user-2'),
  roles: fc.oneof(fc.constant(['teacher']), fc.constant(undefined), fc.constant('teacher')),
}) as fc.Arbitrary<Item>;
const anyTenant = fc.record({
  pk: id.map((tenant) => `TENANT#${tenant}`),
  sk: fc.constant('TENANT'),
  tenant: id,
  tier: fc.constantFrom('standard', 'gold', undefined),
  state: fc.constantFrom('active', 'suspended', 'onboarding', 'offboarding', 'departed', undefined),
}) as fc.Arbitrary<Item>;

test('for any content of the directory, claims are only issued for exactly one valid membership of an active tenant', async () => {
  let issued = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyMember, { maxLength: 3 }), fc.array(anyTenant, { maxLength: 4 }), async (members, tenants) => {
      const [one] = members;
      const record = tenants.find(({ pk }) => pk === `TENANT#${String(one?.tenant)}`);
      const sound =
        members.length === 1 &&
        ['north', 'south'].includes(String(one.tenant)) &&
        typeof one.tenant === 'string' &&
        one.sk === 'MEMBERSHIP' &&
        one.user === 'user-1' &&
        one.roles !== 'teacher' &&
        record?.tenant === one.tenant &&
        record.state === 'active' &&
        record.tier === 'standard';
      const outcome = await withMembership(signIn(), setUp(directoryOf(...members, ...tenants)).made).then(
        ({ response }) => response.claimsAndScopeOverrideDetails.accessTokenGeneration.claimsToAddOrOverride['custom:school_id'],
        () => undefined,
      );
      expect(outcome).toBe(sound ? one.tenant : undefined);
      if (sound) issued++;
    }),
    { numRuns: 3_000, examples: [[[member], [north]]] },
  );
  expect(issued).toBeGreaterThan(0);
});

test('nothing that a client sends changes a claim', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.string()), fc.dictionary(fc.string(), fc.string()), async (clientMetadata, written) => {
      const { sub: _, ...attributes } = written;
      const event = signIn({ request: { userAttributes: { ...attributes, sub: 'user-1' }, clientMetadata } });
      const { response } = await withMembership(event, setUp(directoryOf(member, north)).made);
      expect(response.claimsAndScopeOverrideDetails.accessTokenGeneration.claimsToAddOrOverride['custom:school_id']).toBe('north');
    }),
  );
});
