import { tenantOf } from './candidate';
import { OFFBOARDING_WAIT_MS } from './effects';
import { Model } from './model';
import type { Ended, Ending, Operation } from './operations';

const tenant = 'school';
let now = 0;
beforeEach(() => {
  now = 0;
});
const ended = (operation: Omit<Operation, 'tenant'>, ending: Ending = 'done'): Ended => {
  now += 1_000;
  return { operation: { tenant, ...operation }, ending, from: now, to: now + 500 };
};
const onboard = { action: 'onboard', tier: 'standard', customer: 'first' } as const;
const statesOf = (model: Model) => [...new Set(model.candidates.map((candidate) => tenantOf(candidate, tenant).state))].sort();

test('a tenant that was offboarded departs after the wait, and its id is never given again', () => {
  const model = new Model();
  expect(model.ran([ended(onboard)])).toBe(true);
  expect(model.ran([ended({ action: 'enroll', user: 'ada', roles: ['teacher'] })])).toBe(true);
  expect(model.ran([ended({ action: 'offboard' }, 'waiting')])).toBe(true);
  expect(model.candidates).toHaveLength(1);
  expect(model.candidates[0].members).toEqual({});
  now += OFFBOARDING_WAIT_MS;
  expect(model.ran([ended({ action: 'offboard' }, 'waiting')])).toBe(false);
  expect(model.ran([ended({ action: 'offboard' })])).toBe(true);
  expect(statesOf(model)).toEqual(['departed']);
  expect(model.ran([ended({ ...onboard, action: 're-onboard', customer: 'next' }, 'rejected')])).toBe(true);
  expect(model.ran([ended({ ...onboard, action: 're-onboard', customer: 'next' })])).toBe(false);
  // From here on the model follows what happened, so that what comes of it is found, too.
  expect(model.everywhere(tenant, ({ state, incarnation }) => state === 'active' && incarnation === 1)).toBe(true);
});

test('an operation that was interrupted leaves several states, which observations and its repetition exclude', () => {
  const model = new Model();
  model.ran([ended(onboard, 'unknown')]);
  expect(statesOf(model)).toEqual(['active', 'none', 'onboarding']);
  // A request was let in.
  expect(model.saw((candidate) => tenantOf(candidate, tenant).key !== 'none')).toBe(true);
  expect(statesOf(model)).toEqual(['active']);
  model.ran([ended({ action: 'suspend' }, 'unknown')]);
  expect(model.everywhere(tenant, ({ key }) => key === 'none')).toBe(false);
  expect(model.ran([ended({ action: 'suspend' })])).toBe(true);
  expect(
    model.everywhere(tenant, ({ state, key, inactiveSince }) => state === 'suspended' && key === 'none' && inactiveSince === now + 500),
  ).toBe(true);
  expect(model.saw((candidate) => tenantOf(candidate, tenant).key !== 'none')).toBe(false);
});

test('a tenant that an interrupted operation made active again has no time since which it is inactive', () => {
  const model = new Model();
  model.ran([ended(onboard)]);
  model.ran([ended({ action: 'suspend' })]);
  model.ran([ended({ action: 'resume' }, 'unknown')]);
  expect(statesOf(model)).toEqual(['active', 'suspended']);
  // A token was issued.
  expect(model.saw((candidate) => tenantOf(candidate, tenant).state === 'active')).toBe(true);
  expect(model.everywhere(tenant, ({ key, inactiveSince }) => key === 'either' && inactiveSince === undefined)).toBe(true);
});

test('operations at the same time have the outcome of one of their orders', () => {
  const model = new Model();
  model.ran([ended(onboard)]);
  expect(model.ran([ended({ action: 'suspend' }), ended({ action: 'resume' })])).toBe(true);
  expect(statesOf(model)).toEqual(['active', 'suspended']);
  const other = new Model();
  other.ran([ended(onboard)]);
  // Both cannot have been first.
  const enroll = { action: 'enroll', user: 'ada' } as const;
  expect(other.ran([ended(enroll), { ...ended(enroll), operation: { tenant: 'other', ...enroll } }])).toBe(false);
  expect(other.ran([ended(enroll), { ...ended(enroll, 'rejected'), operation: { tenant: 'other', ...enroll } }])).toBe(true);
});

test('without an enroll of roles, those of a membership remain', () => {
  const model = new Model();
  model.ran([ended(onboard)]);
  model.ran([ended({ action: 'enroll', user: 'ada', roles: ['teacher'] })]);
  model.ran([ended({ action: 'enroll', user: 'ada' })]);
  expect(model.candidates.map(({ members }) => members)).toEqual([{ ada: { tenant, roles: ['teacher'] } }]);
});
