import type { JsonObject } from '../contracts';
import { createEvaluator } from './evaluate';

const ACCOUNT = '123456789012';
const asked = (statements: JsonObject[], key: string, tag = 'a'): boolean => {
  const evaluate = createEvaluator(ACCOUNT, () => undefined);
  const caller = {
    principal: `arn:aws:sts::${ACCOUNT}:assumed-role/Role/session`,
    identity: [{ name: 'own', document: { Version: '2012-10-17', Statement: statements } }],
    boundary: [],
    session: [],
    context: { 'aws:PrincipalTag/school': tag },
  };
  return evaluate(caller, { action: 's3:GetObject', resource: `arn:aws:s3:::b/${key}`, context: {} }) === undefined;
};
const allow = (key: string) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::b/${key}` });
const deny = (key: string) => ({ ...allow(key), Effect: 'Deny' });

test('a star in a key is not a wildcard', () => {
  expect(asked([allow('p/a/*')], 'p/*/x')).toBe(false);
  expect(asked([allow('p/a/*')], '*')).toBe(false);
  expect(asked([allow('p/a/*')], 'p/a/*')).toBe(true);
  expect(asked([allow('*'), deny('p/a/*')], 'p/*')).toBe(true);
});

test('a policy may contain a literal star', () => {
  const star = '$' + '{*}';
  expect(asked([allow(`p/${star}`)], 'p/*')).toBe(true);
  expect(asked([allow(`p/${star}`)], 'p/x')).toBe(false);
});

test.each(['\n', '\r', '\u2028', '\u2029'])('wildcards match the line break %j', (end) => {
  expect(asked([allow('p/a/*')], `p/a/x${end}y`)).toBe(true);
  expect(asked([allow('*'), deny('p/a/*')], `p/a/x${end}y`)).toBe(false);
  expect(asked([allow('p/a/?')], `p/a/${end}`)).toBe(true);
});

// documented: "IAM policy elements: Variables and tags" (IAM User Guide)
test('a tag is compared literally', () => {
  const own = 'p/$' + '{aws:PrincipalTag/school}/*';
  expect(asked([allow(own)], 'p/a/x', 'a')).toBe(true);
  expect(asked([allow(own)], 'p/ab/x', 'a.')).toBe(false);
  expect(asked([allow(own)], 'p/a\u2028/x', 'a\u2028')).toBe(true);
  expect(asked([allow(own)], 'p//x', '')).toBe(false);
});
