import { isAllowed, isAllowedBySimulator, type Question } from '../../kit/second-opinion';
import type { JsonObject } from '../../sandbox';
import { compare } from './compare';
import { DIFFERENCES, withoutDifferences } from './differences';

/** Bounded to a few seconds; `npx projen prove policy-evaluation` asks more. */
const QUESTIONS = 2_000;

test('both agree on random requests, except where the documentation decides', () => {
  const { allowed, unexplained } = compare(QUESTIONS, 20266);
  expect(unexplained).toEqual([]);
  expect(allowed).toBeGreaterThan(QUESTIONS / 20);
});

const OWN = '123456789012';
const SESSION = `arn:aws:sts::${OWN}:assumed-role/r/s`;
const OBJECT = 'arn:aws:s3:::b/blue/x';
const QUEUE = `arn:aws:sqs:us-east-1:${OWN}:q-blue`;
const allow = (statement: JsonObject = {}, Version = '2012-10-17'): JsonObject => ({
  Version,
  Statement: [{ Effect: 'Allow', Action: '*', ...('NotResource' in statement ? {} : { Resource: '*' }), ...statement }],
});
const when = (Condition: JsonObject) => ({ identity: [allow({ Condition })] });
const byEverybody = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

/** One question for each difference, and what the documentation answers. iam-simulate answers the opposite. */
const EXAMPLES: Readonly<Record<string, readonly [Partial<Question>, documented: boolean]>> = {
  'variables in policies of an older version': [
    {
      identity: [allow({ Resource: 'arn:aws:s3:::b/${aws:PrincipalTag/team}/x' }, '2008-10-17')],
      context: { 'aws:PrincipalTag/team': 'blue' },
    },
    false,
  ],
  'a resource policy that a session policy does not limit': [
    {
      resource: QUEUE,
      action: 'sqs:SendMessage',
      session: [allow({ Action: 'ec2:*' })],
      resourcePolicy: allow({ Principal: { AWS: SESSION } }),
    },
    true,
  ],
  NotPrincipal: [
    {
      resourcePolicy: {
        Version: '2012-10-17',
        Statement: [
          byEverybody,
          { Effect: 'Deny', NotPrincipal: { AWS: [`arn:aws:iam::${OWN}:role/r`, OWN] }, Action: '*', Resource: '*' },
        ],
      },
    },
    false,
  ],
  'variables without a value': [{ ...when({ StringNotEquals: { 's3:prefix': '${aws:username}' } }), context: { 's3:prefix': 'x' } }, true],
  'special characters where wildcards have no meaning': [
    { ...when({ StringEquals: { 's3:prefix': 'a${*}c' } }), context: { 's3:prefix': 'a*c' } },
    true,
  ],
  'dates in seconds since 1970': [
    { ...when({ DateLessThan: { 'aws:CurrentTime': '1796040000' } }), context: { 'aws:CurrentTime': '2026-11-30T00:00:00Z' } },
    true,
  ],
  'variables before the last part of an ARN in ARN operators': [
    {
      ...when({ ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:${aws:PrincipalAccount}:*' } }),
      context: { 'aws:PrincipalAccount': OWN, 'aws:SourceArn': `arn:aws:sns:us-east-1:${OWN}:t` },
    },
    true,
  ],
  'variables in the name of a resource without a type': [
    {
      ...{ action: 'sqs:SendMessage', resource: QUEUE, context: { 'aws:PrincipalTag/team': 'blue' } },
      identity: [allow({ Resource: 'arn:aws:sqs:us-east-1:*:q-${aws:PrincipalTag/team}' })],
    },
    true,
  ],
  'addresses of the other version, and 0.0.0.0/0': [
    { ...when({ NotIpAddress: { 'aws:SourceIp': '203.0.113.7' } }), context: { 'aws:SourceIp': '2001:db8::1' } },
    true,
  ],
  'ARNs of fewer than six parts in negated ARN operators': [
    { ...when({ ArnNotLike: { 'aws:SourceArn': 'arn:aws:*:b' } }), context: { 'aws:SourceArn': 'arn:aws:s3:::b' } },
    true,
  ],
  'IfExists with ForAnyValue': [when({ 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'a' } }), true],
  'empty sets of values': [{ ...when({ Null: { 'aws:TagKeys': 'true' } }), context: { 'aws:TagKeys': [] } }, true],
  'actions without a resource': [
    { action: 's3:ListAllMyBuckets', resource: '*', identity: [allow({ Resource: 'arn:aws:s3:::b' })] },
    false,
  ],
};

const questionOf = (partial: Partial<Question>): Question => ({
  ...{ principal: SESSION, account: OWN, action: 's3:GetObject', resource: OBJECT, context: {} },
  ...{ identity: [], boundary: [], session: [], ...partial },
});

test.each(DIFFERENCES)('documented: $name', ({ name, without }) => {
  const [partial, documented] = EXAMPLES[name];
  const question = questionOf(partial);
  expect([isAllowed(question), isAllowedBySimulator(question)]).toEqual([documented, !documented]);
  const reduced = without(question);
  expect(isAllowed(reduced)).toBe(isAllowedBySimulator(reduced));
});

test('a question about an action without a resource keeps the ARNs of its conditions', () => {
  const question = questionOf({
    ...{ ...when({ ArnNotEquals: { 'aws:SourceArn': 'arn:aws:s3:::b' } }), action: 's3:ListAllMyBuckets', resource: '*' },
    context: { 'aws:username': 'u', 'aws:PrincipalTag/team': 't', 'aws:SourceArn': 'arn:aws:s3:::b' },
  });
  expect(JSON.stringify(withoutDifferences(question))).toContain('"ArnNotEquals":{"aws:SourceArn":"arn:aws:s3:::b"}');
});

test('a question without differences is left as it is', () => {
  const question = questionOf({ identity: [allow({ Resource: OBJECT })], context: { 'aws:username': 'u', 'aws:PrincipalTag/team': 't' } });
  expect(withoutDifferences(question)).toEqual(question);
});
