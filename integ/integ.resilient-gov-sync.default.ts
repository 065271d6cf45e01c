import { type AwsApiCall, ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Confirmation, DataDestruction, Duplicates, GovEndpoint, GovSchedule, ReportSource, ResilientGovSync, Transport } from '../src';

/**
 * A period from its start by a person to its end, with an API that accepts each report and then gives no answer: each report has a receipt
 * and arrived once, and a rejected one is corrected by a person.
 */
const app = new App();
const stack = new Stack(app, 'ResilientGovSyncDefault');
DataDestruction.allow(stack);
const runtime = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', timeout: Duration.seconds(30) };

/** What the API has accepted. The function that calls it is the API itself, because a test has no other one that AWS can reach. */
const accepted = new Table(stack, 'Accepted', {
  partitionKey: { name: 'key', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
});
const send = new LambdaFunction(stack, 'Send', {
  ...runtime,
  environment: { TABLE_NAME: accepted.tableName },
  code: Code.fromInline(`
    const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
    const { GetObjectCommand, S3Client } = require('@aws-sdk/client-s3');
    const [database, s3] = [new DynamoDBClient(), new S3Client()];
    exports.handler = async ({ bucket, key, headers, notAfter }) => {
      if (Date.now() > Date.parse(notAfter)) return { notSent: 'it is too late', late: true };
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const { grade } = JSON.parse(await Body.transformToString());
      const answer = (status, body) => ({ status, headers: {}, body: JSON.stringify(body) });
      if (grade > 10) return answer(422, { error: { message: 'a grade is above 10' } });
      const Item = { key: { S: headers['Idempotency-Key'] } };
      const put = new PutItemCommand({ TableName: process.env.TABLE_NAME, Item, ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': 'key' } });
      const isNew = await database.send(put).then(() => true, (error) => {
        if (error.name !== 'ConditionalCheckFailedException') throw error;
        return false;
      });
      if (isNew) throw new Error('the connection was closed after the report was accepted');
      return answer(200, { receipt: Item.key.S.slice(-8) });
    };`),
});
accepted.grantWriteData(send);
const makeReports = new LambdaFunction(stack, 'MakeReports', {
  ...runtime,
  code: Code.fromInline(`
    const { PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');
    const s3 = new S3Client();
    exports.handler = async ({ period, destination: { bucket, prefix } }) => {
      const grades = { 'harbour-school': 7, 'hill-school': 9, 'lake-school': 11 };
      for (const [school, grade] of Object.entries(grades)) {
        const Body = JSON.stringify({ school, period: period.name, grade });
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + encodeURIComponent(school) + '.json', Body }));
      }
      return { state: 'DONE', reports: 3 };
    };`),
});
const sync = new ResilientGovSync(stack, 'Government', {
  schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6 }),
  reports: ReportSource.fromFunction(makeReports),
  endpoint: GovEndpoint.of({
    url: 'https://reports.education.example/v1/reports',
    transport: Transport.fromFunction(send),
    duplicates: Duplicates.idempotencyKey({ retainedFor: Duration.days(30) }),
    confirmation: Confirmation.of({ receipt: 'receipt', reason: 'error.message' }),
    maxPerSecond: 50,
  }),
  auditRetention: Duration.days(1),
  removalPolicy: RemovalPolicy.DESTROY,
});
// Removes everything from the account but the buckets, which are not empty. The audit is locked for a day.
RemovalPolicies.of(stack).destroy({ excludeResourceTypes: ['AWS::S3::Bucket'] });
RemovalPolicies.of(stack).retain({ applyToResourceTypes: ['AWS::S3::Bucket'] });

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
/** It ended less than three years ago, as a period that can be started. */
const period = '2025Q4';
const person = { who: 'ticket 12', why: 'integration test' };
const ATTEMPT = { totalTimeout: Duration.minutes(5), interval: Duration.seconds(2) };

/** The permissions of a caller of these services, beyond the called operation itself. */
const allowed = (call: AwsApiCall, ...actions: string[]) => {
  for (const provider of [call.provider, call.waiterProvider]) {
    provider?.addToRolePolicy({ Effect: 'Allow', Action: actions, Resource: ['*'] });
  }
  return call;
};
const invoke = ({ functionName: FunctionName }: { readonly functionName: string }, event: object, answer: object) =>
  assertions
    .awsApiCall('Lambda', 'invoke', { FunctionName, Payload: JSON.stringify(event) })
    .expect(ExpectedResult.objectLike({ StatusCode: 200, Payload: Match.serializedJson(answer) })) as AwsApiCall;

const start = (attempt: number) =>
  allowed(
    invoke(
      sync.startFunction,
      { kind: 'PERSON', period, ...person },
      Match.objectLike({ started: [Match.objectLike({ period, attempt })], notStarted: [] }),
    ),
    'lambda:InvokeFunction',
  );
const ends = (counts: object, school: string, report: object) =>
  allowed(
    invoke(
      sync.statusFunction,
      { period },
      Match.objectLike({
        shown: Match.objectLike({ status: 'COMPLETE', counts: Match.objectLike(counts) }),
        schools: Match.arrayWith([Match.objectLike({ school, ...report })]),
      }),
    ).waitForAssertions(ATTEMPT) as AwsApiCall,
    'lambda:InvokeFunction',
  );
const corrected = allowed(
  invoke(
    sync.resolveFunction,
    { kind: 'CORRECT', period, tenant: 'lake-school', report: { school: 'lake-school', period, grade: 10 }, ...person },
    Match.objectLike({ reports: [Match.objectLike({ tenant: 'lake-school', result: 'PLANNED', revision: 2 })], remaining: 0 }),
  ),
  'lambda:InvokeFunction',
);
/** Each of the three reports once, although each was sent twice. */
const arrived = assertions
  .awsApiCall('DynamoDB', 'scan', { TableName: accepted.tableName, Select: 'COUNT' })
  .expect(ExpectedResult.objectLike({ Count: 3 })) as AwsApiCall;

const steps = [
  start(1),
  ends({ CONFIRMED: 2, REJECTED: 1 }, 'lake-school', { status: 'REJECTED', said: 'a grade is above 10' }),
  corrected,
  start(2),
  ends({ CONFIRMED: 3, REJECTED: 0 }, 'lake-school', { status: 'CONFIRMED', revision: 2 }),
  arrived,
];
steps.reduce((before, step) => before.next(step) as AwsApiCall);
