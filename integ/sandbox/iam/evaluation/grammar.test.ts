import type { JsonObject } from '../../contracts';
import { malformed, type PolicyKind } from './grammar';

const policy = (statement: JsonObject, more: JsonObject = {}): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', ...statement }],
  ...more,
});
const without = (name: string, more: JsonObject = {}): JsonObject => {
  const { [name]: _, ...statement } = { Effect: 'Allow', Action: 's3:*', Resource: '*', ...more } as JsonObject;
  return { Version: '2012-10-17', Statement: statement };
};
const condition = (Condition: JsonObject): JsonObject => policy({ Condition });

// Documented: "Grammar of the IAM JSON policy language" (IAM User Guide).
test.each<[string, JsonObject, PolicyKind]>([
  ['one statement', { Statement: { Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::*' } }, 'identity'],
  ['the older version with an id', policy({ Sid: 'A' }, { Version: '2008-10-17', Id: 'x' }), 'identity'],
  ['a bucket policy', policy({ Principal: { AWS: ['123456789012'], Service: 's3.amazonaws.com' } }), 'resource'],
  ['a queue policy without a resource', without('Resource', { Principal: '*' }), 'resource'],
  ['a trust policy', without('Resource', { Principal: { Federated: 'x' }, Action: 'sts:AssumeRoleWithWebIdentity' }), 'trust'],
  ['a denial with NotPrincipal', policy({ Effect: 'Deny', NotPrincipal: { AWS: '*' } }), 'resource'],
  [
    'operators with prefix and suffix',
    condition({ 'ForAllValues:StringLikeIfExists': { 'aws:TagKeys': ['a'] }, Null: { a: 'true' } }),
    'identity',
  ],
  ['values that are no strings', condition({ Bool: { 'aws:SecureTransport': false }, NumericLessThan: { 's3:max-keys': 10 } }), 'identity'],
  ['a short ARN with a star', policy({ Resource: ['arn:aws:s3:::b', 'arn:aws:logs:*'] }), 'identity'],
])('accepts %s', (_, document, kind) => {
  expect(malformed(document, kind)).toEqual([]);
});

test.each<[string, JsonObject, PolicyKind, string]>([
  ['an effect', policy({ Effect: 'Permit' }), 'identity', 'Effect must be "Allow" or "Deny", but is "Permit" (Statement[0].Effect)'],
  ['an element', policy({ Actions: 's3:*' }), 'identity', 'Actions is not an element of a statement (Statement[0].Actions)'],
  ['no action', without('Action'), 'identity', 'a statement must have one of Action and NotAction, but has 0 (Statement[0])'],
  ['two actions', policy({ NotAction: 'x:y' }), 'identity', 'a statement must have one of Action and NotAction, but has 2'],
  ['no resource', without('Resource'), 'identity', 'a statement must have one of Resource and NotResource, but has 0'],
  [
    'an action without service',
    policy({ Action: 's3' }),
    'identity',
    '"s3" must be * or an action such as s3:GetObject (Statement[0].Action)',
  ],
  ['a resource', policy({ Resource: 'b/x' }), 'identity', '"b/x" must be * or an ARN of 6 parts (Statement[0].Resource)'],
  ['a short ARN', policy({ Resource: 'arn:aws:s3' }), 'identity', '"arn:aws:s3" must be * or an ARN of 6 parts'],
  ['a variable', policy({ Resource: 'arn:aws:s3:${aws:RequestedRegion}::b' }), 'identity', 'has a variable before its last part'],
  ['a version', policy({}, { Version: '2020' }), 'identity', 'Version must be "2012-10-17" or "2008-10-17", but is "2020" (Version)'],
  ['a principal', policy({ Principal: '*' }), 'identity', 'Principal is not an element of identity policies (Statement[0].Principal)'],
  ['no principal', policy({}), 'resource', 'a statement must have one of Principal and NotPrincipal, but has 0'],
  ['an exemption that allows', policy({ NotPrincipal: '*' }), 'resource', 'NotPrincipal must be used with "Effect": "Deny"'],
  [
    'an exemption in a trust policy',
    policy({ NotPrincipal: '*', Effect: 'Deny' }),
    'trust',
    'NotPrincipal is not an element of trust policies',
  ],
  ['a type of principals', policy({ Principal: { Role: 'x' } }), 'resource', 'Role is not a type of principals'],
  [
    'a part of a principal',
    policy({ Principal: { AWS: 'arn:aws:iam::1:role/*' } }),
    'resource',
    'a wildcard can only stand for all principals',
  ],
  [
    'an operator',
    condition({ StringMatches: { a: 'b' } }),
    'identity',
    'StringMatches is not a condition operator (Statement[0].Condition.StringMatches)',
  ],
  ['NullIfExists', condition({ NullIfExists: { a: 'true' } }), 'identity', 'NullIfExists is not a condition operator'],
  ['a set operator', condition({ 'ForEach:StringLike': { a: 'b' } }), 'identity', 'ForEach:StringLike is not a condition operator'],
  [
    'a date',
    condition({ DateLessThan: { 'aws:CurrentTime': 'now' } }),
    'identity',
    '"now" must be a date in ISO 8601, or the seconds since 1970',
  ],
  [
    'a time without a zone',
    condition({ DateLessThan: { 'aws:CurrentTime': '2026-11-30T00:00:00' } }),
    'identity',
    'must be a date in ISO 8601',
  ],
  ['a number', condition({ NumericEquals: { 's3:max-keys': 'ten' } }), 'identity', '"ten" must be a number'],
  [
    'a range',
    condition({ IpAddress: { 'aws:SourceIp': '203.0.113.0/33' } }),
    'identity',
    '"203.0.113.0/33" must be an IP address or a range of them',
  ],
  ['a boolean', condition({ Bool: { 'aws:SecureTransport': 'no' } }), 'identity', '"no" must be true or false'],
  ['an object as value', condition({ StringEquals: { a: { b: 'c' } } }), 'identity', '{"b":"c"} must be a string'],
])('rejects %s', (_, document, kind, problem) => {
  expect(malformed(document, kind).join('\n')).toContain(problem);
});
