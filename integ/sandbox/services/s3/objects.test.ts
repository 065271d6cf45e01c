import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';

const folder = mkdtempSync(join(tmpdir(), 'objects-'));
let sandbox: Sandbox;

const HANDLER = `
const { S3Client, PutObjectCommand, GetObjectCommand } = require('@aws-sdk/client-s3');
const Bucket = process.env.BUCKET;
const clients = {
  configured: new S3Client({}),
  virtual: new S3Client({ endpoint: 'https://s3.' + process.env.AWS_REGION + '.amazonaws.com' }),
};
exports.handler = async ({ client, Key, Body }) => {
  const s3 = clients[client];
  await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const read = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return read.Body.transformToString();
};`;

beforeAll(async () => {
  const app = new cdk.App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Objects');
  const bucket = new s3.Bucket(stack, 'Bucket', {
    enforceSSL: true,
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    autoDeleteObjects: true,
    removalPolicy: cdk.RemovalPolicy.DESTROY,
    lifecycleRules: [{ expiration: cdk.Duration.days(30) }],
    serverAccessLogsBucket: new s3.Bucket(stack, 'Logs'),
  });
  const writer = new lambda.Function(stack, 'Writer', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(HANDLER),
    environment: { BUCKET: bucket.bucketName },
    timeout: cdk.Duration.seconds(20),
  });
  bucket.grantReadWrite(writer, 'own/*');
  app.synth();
  sandbox = await startSandbox(join(folder, 'cdk.out'), { strict: true });
});
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['configured', 'virtual'])(
  'a function reads what it wrote with the %s endpoint, and nothing outside its prefix',
  async (client) => {
    const [resource] = sandbox.assembly.ofType('AWS::Lambda::Function').filter(({ logicalId }) => logicalId.startsWith('Writer'));
    const arn = sandbox.assembly.attribute(resource, 'Arn');
    const calls: string[] = [];
    const stop = sandbox.endpoint.onCall(({ service, operation, status }) => calls.push(`${service} ${operation} ${status}`));
    const done = await sandbox.functions.invoke(arn, { client, Key: `own/${client} ü`, Body: client });
    expect(done.payload).toBe(client);
    expect(calls).toEqual(['s3 PutObject 200', 's3 GetObject 200']);
    const rejected = await sandbox.functions.invoke(arn, { client, Key: 'other/x', Body: client });
    expect(rejected.payload).toMatchObject({
      errorType: 'AccessDenied',
      errorMessage: expect.stringContaining('s3:PutObject on resource'),
    });
    stop();
  },
);

test('the coverage reports that the bucket runs, and which properties do not', () => {
  const entry = sandbox.coverage.entries.find(
    ({ resource }) => resource.type === 'AWS::S3::Bucket' && resource.logicalId.startsWith('Bucket'),
  );
  expect(entry?.support).toBe('runs');
  const exceptions = entry?.exceptions.map(({ property }) => property.split('.')[0]);
  expect(exceptions).toEqual(expect.arrayContaining(['BucketEncryption', 'LoggingConfiguration']));
  expect(exceptions).not.toContain('LifecycleConfiguration');
});
