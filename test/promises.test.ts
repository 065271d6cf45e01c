import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { globSync } from 'glob';
import { AppKey } from '../src';
import { brokenPromises } from './promises';
import { templateOf, testStack } from './synth';

test('a broken promise is found', () => {
  const stack = testStack();
  const encryptionKey = new Key(stack, 'Other');
  new Queue(stack, 'Queue', { removalPolicy: RemovalPolicy.RETAIN });
  new Table(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING }, encryptionKey });
  new LogGroup(stack, 'Logs', { encryptionKey: AppKey.of(stack), removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE });
  new Bucket(stack, 'Bucket', { encryption: BucketEncryption.KMS, encryptionKey: AppKey.of(stack), removalPolicy: RemovalPolicy.DESTROY });
  new Metric({ namespace: 'Own', metricName: 'Calls' }).createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
  new CfnOutput(stack, 'Output', { value: 'put out' });
  expect(brokenPromises(templateOf(stack)).map((line) => line.replace(/[0-9A-F]{8} /, ' '))).toEqual([
    'AWS::SQS::Queue Queue is not encrypted with the key of the app',
    'AWS::DynamoDB::Table Table is not encrypted with the key of the app',
    'AWS::Logs::LogGroup Logs is not retained',
    'AWS::S3::Bucket Bucket is not retained',
    'AWS::CloudWatch::Alarm Alarm was not asked for',
    'output Output was not asked for',
  ]);
});

test('a bucket of access logs uses SSE-S3, and a bucket that only looks like one does not', () => {
  const stack = testStack();
  const bucket = (id: string, encryption: BucketEncryption, serverAccessLogsBucket?: Bucket) =>
    new Bucket(stack, id, { encryption, serverAccessLogsBucket, removalPolicy: RemovalPolicy.RETAIN });
  bucket('Lake', BucketEncryption.S3_MANAGED, bucket('Logs', BucketEncryption.S3_MANAGED));
  expect(brokenPromises(templateOf(stack)).map((line) => line.replace(/[0-9A-F]{8} /, ' '))).toEqual([
    'AWS::S3::Bucket Lake is not encrypted with the key of the app',
  ]);
});

test.each(globSync('*/apps.ts', { cwd: __dirname }).sort())('the tests next to %s call keepsPromises', (apps) => {
  const folder = join(__dirname, apps, '..');
  const tests = globSync('*.test.ts', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
  expect(tests.filter((text) => /keepsPromises\(minimal[,)]/.test(text))).toHaveLength(1);
});
