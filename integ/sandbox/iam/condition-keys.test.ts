import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSupportedKey, unsupportedKeys } from './condition-keys';

test.each([
  ['aws:TokenIssueTime', true],
  ['AWS:PRINCIPALTAG/School', true],
  ['aws:ResourceTag/a/b', true],
  ['aws:PrincipalOrgID', true],
  ['kms:EncryptionContext:aws:s3:arn', true],
  ['kms:EncryptionContextKeys', true],
  ['s3:ExistingObjectTag/class', true],
  // The sandbox does not serve Amazon EC2.
  ['ec2:InstanceType', true],
  ['aws:SourceVpce', false],
  ['aws:UserAgent', false],
  ['aws:PrincipalTag', false],
  ['dynamodb:FirstPartitionKeyValues', false],
  ['kms:KeyOrigin', false],
  ['s3:LocationConstraint', false],
])('%s is supported: %s', (key, supported) => {
  expect(isSupportedKey(key)).toBe(supported);
});

test('a policy is searched for conditions and variables', () => {
  const document = {
    Version: '2012-10-17',
    Statement: {
      ...{ Effect: 'Allow', Action: '*', Resource: "arn:aws:s3:::b/${aws:Referer, 'x'}" },
      Condition: {
        StringEquals: { 'aws:SourceVpc': 'v' },
        StringLike: { 's3:prefix': '${aws:UserAgent}' },
        Null: { 'aws:TokenIssueTime': 'true' },
      },
    },
  };
  const named = (problems: string[]) => problems.map((problem) => /^the condition key (\S+) is not supported/.exec(problem)?.[1]);
  expect(named(unsupportedKeys(document, 'identity'))).toEqual(['aws:SourceVpc', 'aws:referer', 'aws:useragent']);
  // The older version has no variables.
  expect(named(unsupportedKeys({ ...document, Version: '2008-10-17' }, 'identity'))).toEqual(['aws:SourceVpc']);
});

test('lambda:SourceFunctionArn has no value in policies of resources', () => {
  const Condition = { ArnEquals: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:us-east-1:123456789012:function:f' } };
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }] };
  expect(unsupportedKeys(document, 'identity')).toEqual([]);
  expect(unsupportedKeys(document, 'resource')).toEqual([
    'the condition key lambda:SourceFunctionArn has no value in policies of resources',
  ]);
});

/** Condition keys in the code of the services, as `'kms:ViaService': …`. */
test('the table has every key that a service fills in', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? files(path) : path.endsWith('.ts') && !/(\.test|testing|fixtures)\.ts$/.test(path) ? [path] : [];
    });
  const code = [...files(join(__dirname, '..', 'services')), ...files(__dirname)].map((path) => readFileSync(path, 'utf8'));
  const keys = new Set(
    code.flatMap((text) =>
      [
        ...text.matchAll(
          /['`]((?:aws|dynamodb|ecs|iam|kms|lambda|s3|secretsmanager|ssm|states|sts):[A-Za-z][\w-]*(?:\/\$\{\w+\})?)['`]\]?:/g,
        ),
      ].map(([, key]) => key),
    ),
  );
  expect(keys.size).toBeGreaterThan(25);
  // The encryption context of Amazon SQS and other services has names of its own.
  const own = /^aws:[a-z]/;
  expect([...keys].filter((key) => !isSupportedKey(key) && !(own.test(key) && key !== 'aws:userid'))).toEqual([]);
});
