import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { allowAudit, createAuditBucket } from '../../src/resilient-gov-sync/audit-bucket';
import { violations } from '../nag';
import { policiesIn, templateOf, testStack } from '../synth';

function audit(env?: { readonly account: string; readonly region: string }): Stack {
  const stack = testStack({ env });
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const bucket = createAuditBucket(stack, { encryptionKey, removalPolicy: RemovalPolicy.RETAIN, retention: Duration.days(3_653) });
  allowAudit(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }), bucket);
  return stack;
}

test('the bucket locks each object in governance mode, is private, encrypted and versioned, and is retained', () => {
  const template = templateOf(audit());
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    Properties: {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3_653 } } },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
      PublicAccessBlockConfiguration: {
        ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
      LoggingConfiguration: { DestinationBucketName: Match.anyValue() },
    },
  });
});

test('nobody can use the bucket without TLS, or write an object without the condition that it is new', () => {
  templateOf(audit()).hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({
          Sid: 'OnlyNewObjects',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 's3:PutObject',
          Condition: { Null: { 's3:if-none-match': 'true' } },
        }),
      ]),
    },
  });
});

test('access logs are kept as long as the audit', () => {
  templateOf(audit()).hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: { Rules: [Match.objectLike({ Id: 'Logs', ExpirationInDays: 3_653 })] },
  });
});

test('a role that writes the audit can lock closing records in compliance mode, and delete or unlock nothing', () => {
  const policies = policiesIn(templateOf(audit()));
  const statements = Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements.map(({ Action, Condition }) => [Action, Condition])).toEqual([
    [['s3:GetObject', 's3:PutObject'], undefined],
    [['kms:Decrypt', 'kms:GenerateDataKey'], expect.anything()],
    ['s3:PutObjectRetention', { StringEquals: { 's3:object-lock-mode': 'COMPLIANCE' } }],
    ['s3:ListBucket', { StringLike: { 's3:prefix': 'audit/*' } }],
  ]);
});

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])('no rule pack has open findings, env %j', (env) => {
  // Its construct answers for the policy of the role as such.
  const open = violations(audit(env)).filter((line) => !line.includes('IAMNoInlinePolicy Test/Role'));
  expect(open).toEqual([]);
});
