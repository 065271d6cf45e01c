import { Fn } from 'aws-cdk-lib';
import { Tenancy, Tier } from '../../src';

const standard = Tier.of('standard', { rate: 50, burst: 100 });

test('the noun of a tenancy is the key of the session tag', () => {
  const tenancy = Tenancy.of('school', { tiers: [standard] });
  expect(tenancy.principalTagKey).toBe('aws:PrincipalTag/school');
  expect(tenancy.principalTag).toBe('${aws:PrincipalTag/school}');
});

test('a tier has its limits', () => {
  expect(Tier.of('trial', { rate: 0.5, burst: 1, quotaPerDay: 100 })).toMatchObject({
    name: 'trial',
    rate: 0.5,
    burst: 1,
    quotaPerDay: 100,
  });
  expect(standard.quotaPerDay).toBeUndefined();
});

test.each([
  ['', '""'],
  ['School', '"School"'],
  ['school/class', '"school/class"'],
  ['aws:school', '"aws:school"'],
  [Fn.ref('Noun'), '<token>'],
])('%j is rejected as a noun', (tenant, shown) => {
  expect(() => Tenancy.of(tenant, { tiers: [standard] })).toThrow(`Tenancy: invalid noun ${shown}: expected a noun of lower-case letters`);
});

test('a tenancy needs tiers with different names', () => {
  expect(() => Tenancy.of('school', { tiers: [] })).toThrow('Tenancy: invalid tiers []: expected at least one tier');
  expect(() => Tenancy.of('school', { tiers: [standard, standard] })).toThrow(
    'Tenancy: invalid tiers ["standard", "standard"]: expected different names: standard is used twice',
  );
});

test('a later change of the list of tiers has no effect', () => {
  const tiers = [standard];
  const tenancy = Tenancy.of('school', { tiers });
  tiers.pop();
  expect(tenancy.tiers).toEqual([standard]);
});

test.each([
  ['rate', { rate: 0, burst: 1 }],
  ['rate', { rate: Number.NaN, burst: 1 }],
  ['burst', { rate: 1, burst: 0 }],
  ['burst', { rate: 1, burst: 1.5 }],
  ['quotaPerDay', { rate: 1, burst: 1, quotaPerDay: 0 }],
])('a tier rejects its %s in %j', (limit, limits) => {
  expect(() => Tier.of('standard', limits)).toThrow(`Tier standard: invalid ${limit} `);
});

test.each(['', 'Standard', 'a b', Fn.ref('Name')])('a tier rejects the name %j', (name) => {
  expect(() => Tier.of(name, { rate: 1, burst: 1 })).toThrow('Tier: invalid name ');
});
