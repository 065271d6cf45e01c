import { callerOf } from '../../app/grades/src/caller';
import { Problem } from '../../app/grades/src/problem';

const VALID = { authorization: 'Bearer t', 'x-tenant-id': 'school-01' };
const CLAIMS = { 'custom:school_id': 'school-01', sub: 'user-1' };
const caller = (headers: object, claims: Readonly<Record<string, unknown>> = CLAIMS) =>
  callerOf({ ...headers }, { verify: async () => claims, schoolClaim: 'custom:school_id' });

test('the school is that of the token', async () => {
  expect(await caller(VALID)).toEqual({ school: 'school-01', user: 'user-1' });
});

test.each<[string, object, Record<string, unknown> | undefined, number]>([
  ['no token', { 'x-tenant-id': 'school-01' }, undefined, 401],
  ['another scheme', { ...VALID, authorization: 'Basic t' }, undefined, 401],
  ['no X-Tenant-Id', { authorization: 'Bearer t' }, undefined, 403],
  ['the X-Tenant-Id of another school', { ...VALID, 'x-tenant-id': 'school-02' }, undefined, 403],
  ['two of them', { ...VALID, 'x-tenant-id': 'school-01, school-02' }, undefined, 403],
  ['a token without a school', VALID, { sub: 'user-1' }, 401],
  ['a school that no session can have', { ...VALID, 'x-tenant-id': '*' }, { ...CLAIMS, 'custom:school_id': '*' }, 401],
  ['a school that is not text', VALID, { ...CLAIMS, 'custom:school_id': ['school-01'] }, 401],
  ['a token without a user', VALID, { 'custom:school_id': 'school-01' }, 401],
])('%s is rejected', async (_, headers, claims, status) => {
  const error = await caller(headers, claims).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Problem);
  expect((error as Problem).status).toBe(status);
});
