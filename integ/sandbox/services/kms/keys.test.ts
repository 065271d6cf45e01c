import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { loadAssembly } from '../../assembly';
import type { KeyFindings } from '../../iam/key-findings';
import { startSandbox } from '../../sandbox';
import { keyFindingsOf } from '../../start-services';
import { resourceTypes, services } from '..';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Synthesizes an app with one stack, and returns its folder. */
function synthesized(build: (stack: cdk.Stack) => void): string {
  const outdir = mkdtempSync(join(folder, 'cdk-'));
  const app = new cdk.App({ outdir, analyticsReporting: false });
  build(new cdk.Stack(app, 'Shop'));
  app.synth();
  return outdir;
}
type Found = Omit<KeyFindings, 'rejected'> & { readonly rejected: readonly string[] };
function found(build: (stack: cdk.Stack) => void): Found {
  const findings = keyFindingsOf(services, loadAssembly(synthesized(build), resourceTypes));
  return { ...findings, rejected: findings.rejected.map(({ message }) => message) };
}
const NOTHING: Found = { rejected: [], failing: [], undecided: [] };

const IMPORTED = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const imported = (stack: cdk.Stack, arn = IMPORTED) => kms.Key.fromKeyArn(stack, 'Imported', arn);

/** A key whose policy grants its administration to the account, with additional statements. */
function administeredKey(stack: cdk.Stack, ...more: iam.PolicyStatement[]): kms.Key {
  const administration = ['kms:Create*', 'kms:Describe*', 'kms:Put*', 'kms:Get*', 'kms:List*', 'kms:ScheduleKeyDeletion'];
  const principals = [new iam.AccountRootPrincipal()];
  const statements = [new iam.PolicyStatement({ principals, actions: administration, resources: ['*'] }), ...more];
  return new kms.Key(stack, 'Key', { policy: new iam.PolicyDocument({ statements }) });
}
/** "Encrypt log data in CloudWatch Logs using AWS Key Management Service". */
function forLogs(logGroup = 'arn:aws:logs:us-east-1:123456789012:log-group:*', service = 'logs.us-east-1.amazonaws.com') {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(service)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroup } },
  });
}

const makers: Record<string, (stack: cdk.Stack, encryptionKey: kms.IKey) => unknown> = {
  'a log group': (stack, encryptionKey) => new logs.LogGroup(stack, 'Lines', { logGroupName: '/shop/lines', encryptionKey }),
  'a table': (stack, encryptionKey) =>
    new dynamodb.Table(stack, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
    }),
  // The CDK's own Secret adds statements to the policy of its key.
  'a secret': (stack, { keyArn: kmsKeyId }) => new secretsmanager.CfnSecret(stack, 'Secret', { kmsKeyId, generateSecretString: {} }),
  'a queue': (stack, encryptionMasterKey) => new sqs.Queue(stack, 'Queue', { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey }),
  'a bucket': (stack, encryptionKey) => new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.KMS, encryptionKey }),
};
const atDeployment = ['a log group', 'a table', 'a secret'];
const atUse = ['a queue', 'a bucket'];

describe('a key for CloudWatch Logs', () => {
  test('lets a log group be created', () => {
    expect(found((stack) => makers['a log group'](stack, administeredKey(stack, forLogs())))).toEqual(NOTHING);
    const own = 'arn:aws:logs:us-east-1:123456789012:log-group:/shop/lines';
    expect(found((stack) => makers['a log group'](stack, administeredKey(stack, forLogs(own))))).toEqual(NOTHING);
  });

  test.each<[string, iam.PolicyStatement[]]>([
    ['no statement for it, as with a plain `new kms.Key`', []],
    ['a statement for another Region', [forLogs(undefined, 'logs.eu-west-1.amazonaws.com')]],
    ['a statement for no Region', [forLogs(undefined, 'logs.amazonaws.com')]],
    ['a statement for log groups of another account', [forLogs('arn:aws:logs:us-east-1:999999999999:log-group:*')]],
    ['a statement for another log group', [forLogs('arn:aws:logs:us-east-1:123456789012:log-group:/shop/other')]],
  ])('is rejected with %s', (_, statements) => {
    const { rejected } = found((stack) => {
      const key = new kms.Key(stack, 'Key');
      for (const statement of statements) key.addToResourcePolicy(statement);
      makers['a log group'](stack, key);
    });
    // The message as users report it, of CreateLogGroup: hashicorp/terraform-provider-aws#29282.
    expect(rejected).toEqual([
      expect.stringMatching(
        /^AWS::Logs::LogGroup\.KmsKeyId names a key that can't be used: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:123456789012:log-group:\/shop\/lines': User: logs\.us-east-1\.amazonaws\.com is not authorized to perform: kms:Encrypt on resource: .* \(Shop\.Lines\w+\)$/,
      ),
    ]);
  });
});

// "DynamoDB encryption at rest: usage notes", aws/aws-cdk#18616; "Secret encryption and decryption in AWS Secrets Manager",
// aws/aws-cdk#7677.
test.each([
  ['a table', "AWS::DynamoDB::Table.SSESpecification.KMSMasterKeyId names a key that can't be used: KMS key access denied error: "],
  ['a secret', "AWS::SecretsManager::Secret.KmsKeyId names a key that can't be used: Access to KMS is not allowed: "],
])('a key that grants the account only its administration allows nobody to create %s', (what, message) => {
  const { rejected, ...rest } = found((stack) => makers[what](stack, administeredKey(stack)));
  expect(rejected).toEqual([expect.stringContaining(message)]);
  expect(rest).toEqual({ failing: [], undecided: [] });
});

test('a table needs a grant, a secret does not', () => {
  const use = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'];
  const withoutGrants = (stack: cdk.Stack) =>
    new kms.Key(stack, 'Key', {
      policy: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            principals: [new iam.AccountRootPrincipal()],
            actions: [...use, 'kms:PutKeyPolicy', 'kms:DescribeKey'],
            resources: ['*'],
          }),
        ],
      }),
    });
  expect(found((stack) => makers['a table'](stack, withoutGrants(stack))).rejected).toEqual([expect.stringContaining('kms:CreateGrant')]);
  expect(found((stack) => makers['a secret'](stack, withoutGrants(stack)))).toEqual(NOTHING);
});

// "Amazon S3 doesn't validate the KMS key ID provided in PutBucketEncryption requests"; KMS is among the errors of SendMessage, not of
// CreateQueue.
test.each(atUse)("with the same key %s is created but can't be used, which is reported", (what) => {
  const { failing, ...rest } = found((stack) => makers[what](stack, administeredKey(stack)));
  expect(failing).toEqual([
    expect.stringMatching(/ names a key that can't be used: no role of this assembly may use the key through (SQS|S3)/),
  ]);
  expect(rest).toEqual({ rejected: [], undecided: [] });
});

test('a role that the key policy names can use them', () => {
  const { failing } = found((stack) => {
    const user = new iam.Role(stack, 'User', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const statement = new iam.PolicyStatement({
      principals: [user],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['*'],
      conditions: { StringEquals: { 'kms:ViaService': ['sqs.us-east-1.amazonaws.com', 's3.us-east-1.amazonaws.com'] } },
    });
    const key = administeredKey(stack, statement);
    for (const what of atUse) makers[what](stack, key);
  });
  expect(failing).toEqual([]);
});

test('a key policy with a principal outside the assembly, who may be the deployer, is not evaluated', () => {
  const statement = new iam.PolicyStatement({
    principals: [new iam.ArnPrincipal('arn:aws:iam::123456789012:role/deployer')],
    actions: ['kms:*'],
    resources: ['*'],
  });
  for (const what of ['a table', 'a secret', 'a queue', 'a bucket']) {
    const { undecided, ...rest } = found((stack) => makers[what](stack, administeredKey(stack, statement)));
    expect(undecided).toEqual([
      expect.stringMatching(
        /^what the policy of the key Shop\.Key\w+, which names principals from outside this assembly, lets services do$/,
      ),
    ]);
    expect(rest).toEqual({ rejected: [], failing: [] });
  }
});

test('a key that nobody can administer is rejected (PutKeyPolicy, AWS KMS API Reference)', () => {
  const locked = (bypass: boolean) => (stack: cdk.Stack) => {
    const user = new iam.Role(stack, 'User', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const statements = [new iam.PolicyStatement({ principals: [user], actions: ['kms:Decrypt'], resources: ['*'] })];
    const key = new kms.Key(stack, 'Key', { policy: new iam.PolicyDocument({ statements }) });
    (key.node.defaultChild as kms.CfnKey).bypassPolicyLockoutSafetyCheck = bypass;
  };
  expect(found(locked(false)).rejected).toEqual([
    expect.stringMatching(
      /^AWS::KMS::Key\.KeyPolicy: The new key policy will not allow you to update the key policy in the future \(Shop\.Key\w+\)$/,
    ),
  ]);
  expect(found(locked(true))).toEqual(NOTHING);
});

describe('the key of a property', () => {
  test.each(Object.keys(makers))('%s with a key of another Region', (what) => {
    const result = found((stack) => makers[what](stack, imported(stack, IMPORTED.replace('us-east-1', 'eu-west-1'))));
    const message = expect.stringMatching(/ is a key of eu-west-1, but a key can only be used in its own Region \(Shop\./);
    expect(result).toEqual({ ...NOTHING, [atDeployment.includes(what) ? 'rejected' : 'failing']: [message] });
  });

  test.each(Object.keys(makers))('%s with an asymmetric key', (what) => {
    const asymmetric = { keySpec: kms.KeySpec.RSA_2048, keyUsage: kms.KeyUsage.ENCRYPT_DECRYPT };
    const result = found((stack) => makers[what](stack, new kms.Key(stack, 'Key', asymmetric)));
    const message = expect.stringMatching(
      / is a key of the kind RSA_2048 for ENCRYPT_DECRYPT, but the service only encrypts with symmetric keys/,
    );
    expect(result).toEqual({ ...NOTHING, [atDeployment.includes(what) ? 'rejected' : 'failing']: [message] });
  });

  test.each(Object.keys(makers))('%s with a key that is in no stack, whose policy is unknown', (what) => {
    expect(found((stack) => makers[what](stack, imported(stack)))).toEqual({
      ...NOTHING,
      undecided: [`what the policy of the key ${IMPORTED}, which is not in this assembly, lets services do`],
    });
  });

  test('one line for each key that is in no stack, for any number of resources', () => {
    const { undecided } = found((stack) => {
      const key = imported(stack);
      for (const make of Object.values(makers)) make(stack, key);
    });
    expect(undecided).toHaveLength(1);
  });

  // aws-cloudformation/cloudformation-resource-schema#119: "Model validation failed (#/KmsKeyId: failed validation constraint for keyword
  // [pattern])".
  test.each(['1234abcd-12ab-34cd-56ef-1234567890ab', 'alias/mine'])('a log group with %s instead of an ARN', (kmsKeyId) => {
    expect(found((stack) => new logs.CfnLogGroup(stack, 'Lines', { kmsKeyId })).rejected).toEqual([
      `AWS::Logs::LogGroup.KmsKeyId "${kmsKeyId}" is not the ARN of a key (Shop.Lines)`,
    ]);
  });

  test('an alias of the assembly resolves to its key', () => {
    const withAlias = (stack: cdk.Stack, ...statements: iam.PolicyStatement[]) =>
      new kms.Alias(stack, 'Alias', { aliasName: 'alias/mine', targetKey: administeredKey(stack, ...statements) });
    expect(found((stack) => makers['a log group'](stack, withAlias(stack, forLogs())))).toEqual(NOTHING);
    for (const what of atDeployment) expect(found((stack) => makers[what](stack, withAlias(stack))).rejected).toHaveLength(1);
  });

  test('the key of another alias is unknown: resources that need it at run time are rejected', () => {
    const alias = (stack: cdk.Stack) => kms.Alias.fromAliasName(stack, 'Given', 'alias/other');
    expect(found((stack) => makers['a log group'](stack, alias(stack))).undecided).toEqual([
      'what the policy of the key arn:aws:kms:us-east-1:123456789012:alias/other lets services do',
    ]);
    for (const what of ['a table', 'a secret', 'a queue', 'a bucket']) {
      expect(found((stack) => makers[what](stack, alias(stack))).rejected).toEqual([
        expect.stringMatching(
          /alias\/other is not an alias of this assembly, so the sandbox does not know which key its callers need \(Shop\./,
        ),
      ]);
    }
  });

  test('AWS managed keys are not checked', () => {
    const { rejected, failing, undecided } = found((stack) => {
      new sqs.Queue(stack, 'Queue', { encryption: sqs.QueueEncryption.KMS_MANAGED });
      new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.KMS_MANAGED });
      new dynamodb.Table(stack, 'Table', {
        partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
        encryption: dynamodb.TableEncryption.AWS_MANAGED,
      });
    });
    expect([...rejected, ...failing, ...undecided]).toEqual([]);
  });
});

describe('the sandbox', () => {
  test('with strict does not start what AWS would not deploy, and lists all of it', async () => {
    const directory = synthesized((stack) => {
      makers['a log group'](stack, new kms.Key(stack, 'Plain'));
      makers['a table'](stack, administeredKey(stack));
    });
    await expect(startSandbox(directory, { strict: true })).rejects.toThrow(
      /cannot run in the sandbox:\n {2}AWS::Logs::LogGroup\.KmsKeyId names a key.*\n {2}AWS::DynamoDB::Table\.SSESpecification\.KMSMasterKeyId names a key/,
    );
  });

  test('with strict does not start what nobody can use', async () => {
    const directory = synthesized((stack) => makers['a queue'](stack, administeredKey(stack)));
    await expect(startSandbox(directory, { strict: true })).rejects.toThrow(
      /AWS::SQS::Queue\.KmsMasterKeyId names a key that can't be used/,
    );
  });

  test("reports what it can't evaluate, and runs resources with an imported key as if its policy granted access to the account", async () => {
    const directory = synthesized((stack) => {
      const key = imported(stack);
      makers['a table'](stack, key);
      makers['a queue'](stack, key);
      makers['a log group'](stack, key);
    });
    const reported: string[] = [];
    const sandbox = await startSandbox(directory, { report: (line) => reported.push(line), strict: true });
    try {
      expect(reported.filter((line) => line.startsWith('not checked: '))).toEqual([
        `not checked: what the policy of the key ${IMPORTED}, which is not in this assembly, lets services do`,
      ]);
      const { assembly, endpoint } = sandbox;
      const { expiration: _, ...credentials } = endpoint.administrator();
      const options = { endpoint: endpoint.url, region: 'us-east-1', credentials };
      const [table] = assembly.ofType('AWS::DynamoDB::Table');
      const [queue] = assembly.ofType('AWS::SQS::Queue');
      const put = new PutItemCommand({ TableName: assembly.ref(table), Item: { pk: { S: 'one' } } });
      await expect(new DynamoDBClient(options).send(put)).resolves.toBeDefined();
      const send = new SendMessageCommand({ QueueUrl: assembly.ref(queue), MessageBody: 'one' });
      await expect(new SQSClient(options).send(send)).resolves.toHaveProperty('MessageId');
    } finally {
      await sandbox.close();
    }
  });
});
