import {
  GetBucketEncryptionCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Duration, type Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { s3Client } from '../../engines/clients';
import { createClock } from '../../process/clock';
import { assemblyOf, invalid, provision, startedEngines, temporaryFolder } from '../../testing/engines';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
let buckets: S3Client;
beforeAll(() => {
  buckets = s3Client(engines().ministack, { account: '123456789012', region: 'us-east-1' });
});
afterAll(() => buckets?.destroy());

const made = async (build: (stack: Stack) => void) => {
  const assembly = assemblyOf(folder, build);
  await provision(assembly, engines(), createClock(1));
  return assembly;
};

test('a bucket has the encryption, versioning, object lock, tags and public access block of the template', async () => {
  const assembly = await made((stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: new kms.Key(stack, 'Key'),
      bucketKeyEnabled: true,
      versioned: true,
      objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(7)),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ACLS_ONLY,
    });
    Tags.of(bucket).add('cost', 'shop');
  });
  const [resource] = assembly.ofType('AWS::S3::Bucket');
  const Bucket = assembly.ref(resource);
  expect(Bucket).toMatch(/^shop-bucket/);
  const { ServerSideEncryptionConfiguration } = await buckets.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
    {
      BucketKeyEnabled: true,
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: expect.stringMatching(/^arn:/) },
    },
  ]);
  expect((await buckets.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
  expect((await buckets.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration?.Rule).toEqual({
    DefaultRetention: { Mode: 'COMPLIANCE', Days: 7 },
  });
  expect((await buckets.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual([{ Key: 'cost', Value: 'shop' }]);
  expect((await buckets.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: false,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: false,
  });
});

test('a bucket blocks public access by default, and every bucket is encrypted', async () => {
  const assembly = await made((stack) => new s3.CfnBucket(stack, 'Bare'));
  const Bucket = assembly.ref(assembly.ofType('AWS::S3::Bucket')[0]);
  await buckets.send(new HeadBucketCommand({ Bucket }));
  const { PublicAccessBlockConfiguration: blocked = {} } = await buckets.send(new GetPublicAccessBlockCommand({ Bucket }));
  expect(Object.values(blocked)).toEqual([true, true, true, true]);
});

test('two buckets with the same name are rejected', async () => {
  const two = (stack: Stack) => ['A', 'B'].map((id) => new s3.CfnBucket(stack, id, { bucketName: 'twice' }));
  await expect(made(two)).rejects.toThrow('Shop.B and Shop.A are both named twice: use a different BucketName');
});

// documented: "Blocking public access to your Amazon S3 storage", BlockPublicPolicy
test('a public policy is rejected if it is blocked, and otherwise accepted', async () => {
  const open = (blockPublicPolicy: boolean) => (stack: Stack) => {
    const bucket = new s3.Bucket(stack, 'Open', { blockPublicAccess: new s3.BlockPublicAccess({ blockPublicPolicy }) });
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }),
    );
  };
  const run = (blocked: boolean) => {
    const assembly = assemblyOf(folder, open(blocked));
    return provision(assembly, engines(), createClock(1));
  };
  await expect(run(true)).rejects.toThrow(/^Shop\.OpenPolicy\w+: public policies are prevented by the BlockPublicPolicy setting/);
  await run(false);
});

test.each(['Upper', 'a', 'under_score', 'a..b', '192.168.5.4', 'xn--a', 'x'.repeat(64)])(
  'the name %s is rejected as by S3',
  (bucketName) => {
    const problems = invalid(assemblyOf(folder, (stack) => new s3.CfnBucket(stack, 'Named', { bucketName })));
    expect(problems).toEqual([expect.stringMatching(/^AWS::S3::Bucket\.BucketName ".*" is not a valid bucket name .* \(Shop\.Named\)$/)]);
  },
);

test('a name that is the path of another service of the engine is rejected', () => {
  const problems = invalid(assemblyOf(folder, (stack) => new s3.CfnBucket(stack, 'Named', { bucketName: 'iceberg-tables' })));
  expect(problems).toEqual(['AWS::S3::Bucket.BucketName "iceberg-tables" is the path of another service of the engine (Shop.Named)']);
});
