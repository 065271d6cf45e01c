import fc from 'fast-check';
import type { Check, JsonObject } from '../contracts';
import { type Caller, createEvaluator } from './evaluate';

const allow = (more: JsonObject): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: '*', ...more }],
});
const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/t';
const policies: Readonly<Record<string, JsonObject>> = {
  open: allow({}),
  own: allow({ Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/school}#*'] } } }),
  tagged: allow({ Condition: { StringEquals: { 'aws:requesttag/school': 's1' } } }),
  reads: allow({ Action: 'dynamodb:GetItem' }),
};
const resources: Readonly<Record<string, JsonObject>> = {
  [TABLE]: allow({ Effect: 'Deny', Principal: '*', Condition: { StringEquals: { 'aws:userid': 'AROA:blocked' } } }),
};
const policy = fc.constantFrom(...Object.keys(policies));

const roles = fc.record({ identity: policy, boundary: fc.option(policy) });
const sessions = fc.record({
  session: fc.option(policy),
  school: fc.option(fc.constantFrom('s1', 's2')),
  userId: fc.constantFrom('AROA:a', 'AROA:blocked'),
});
/** Sessions of one role, which differ in everything in which sessions can differ. */
const callers = fc.tuple(roles, fc.array(sessions, { minLength: 1, maxLength: 4 })).map(([{ identity, boundary }, opened]) =>
  opened.map(({ session, school, userId }): Caller => {
    const named = (name: string) => ({ name, document: policies[name] });
    return {
      // As in IAM, the role determines the policies.
      principal: `arn:aws:sts::123456789012:assumed-role/${identity}-${boundary}/s`,
      identity: [named(identity)],
      boundary: boundary === null ? [] : [named(boundary)],
      session: session === null ? [] : [policies[session]],
      context: { 'aws:userid': userId, ...(school === null ? {} : { 'aws:PrincipalTag/school': school }) },
    };
  }),
);
const check = fc
  .record({
    action: fc.constantFrom('dynamodb:GetItem', 'dynamodb:PutItem'),
    resource: fc.constantFrom(TABLE, `${TABLE}2`, `${TABLE}\n{}`),
    keys: fc.option(fc.constantFrom(['s1#a'], ['s2#a'], ['s1#a', 's2#a'])),
    tag: fc.option(fc.constantFrom('s1', 's2')),
    userId: fc.option(fc.constantFrom('AROA:blocked', 'AROA:b')),
  })
  .map(
    ({ action, resource, keys, tag, userId }): Check => ({
      action,
      resource,
      context: {
        ...(keys === null ? {} : { 'dynamodb:LeadingKeys': keys }),
        ...(tag === null ? {} : { 'aws:RequestTag/school': tag }),
        ...(userId === null ? {} : { 'aws:userid': userId }),
      },
    }),
  );

test('a cached answer equals a new evaluation', () => {
  const remembering = createEvaluator('123456789012', (arn) => resources[arn]);
  const answers = new Set<boolean>();
  fc.assert(
    fc.property(callers, fc.array(fc.tuple(fc.nat(3), check), { maxLength: 12 }), (known, questions) => {
      for (const [number, question] of questions) {
        const asks = known[number % known.length];
        const fresh = createEvaluator('123456789012', (arn) => resources[arn])(asks, question);
        answers.add(fresh === undefined);
        expect([asks, question, remembering(asks, question)]).toEqual([asks, question, fresh]);
      }
    }),
    { numRuns: 100 },
  );
  expect(answers.size).toBe(2);
});

test('condition keys of the request override those of the caller', () => {
  const evaluate = createEvaluator('123456789012', (arn) => resources[arn]);
  const principal = 'arn:aws:sts::123456789012:assumed-role/open/s';
  const identity = [{ name: 'open', document: policies.open }];
  const asks = { principal, identity, boundary: [], session: [], context: { 'aws:userid': 'AROA:a' } };
  const question = { action: 'dynamodb:GetItem', resource: TABLE, context: {} };
  expect(evaluate(asks, question)).toBeUndefined();
  expect(evaluate(asks, { ...question, context: { 'aws:userid': 'AROA:blocked' } })).toContain('explicit deny');
});
