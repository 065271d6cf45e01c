import { type AwsApiCall, ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { AuditTrail, DataDestruction, ManagementEvents, Tenancy, TenantTable, Tier } from '../src';

/**
 * A write to a table is an event in the bucket of the trail, and a row of its table. The buckets of the trail and their key stay in the
 * account, because nobody can delete an event for a day.
 */
const app = new App();
const stack = new Stack(app, 'AuditTrailDefault');
DataDestruction.allow(stack);
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const { table } = new TenantTable(stack, 'Data', { tenancy, removalPolicy: RemovalPolicy.DESTROY });
const trail = new AuditTrail(stack, 'AuditTrail', {
  tables: [table],
  // A further copy would be billed, and an account often has a trail of them.
  managementEvents: ManagementEvents.none(),
  retention: ObjectLockRetention.governance(Duration.days(1)),
});

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
/** CloudTrail delivers within about 5 minutes on average. */
const DELIVERED = { totalTimeout: Duration.minutes(20), interval: Duration.seconds(15) };
const QUERIED = { totalTimeout: Duration.minutes(2), interval: Duration.seconds(5) };
const QUERY = ['athena:*', 'glue:Get*', 's3:*', 'kms:Decrypt', 'kms:GenerateDataKey'];

/** The permissions of a caller of these services, beyond the called operation itself. */
const allowed = (call: AwsApiCall, ...actions: string[]) => {
  for (const provider of [call.provider, call.waiterProvider]) {
    provider?.addToRolePolicy({ Effect: 'Allow', Action: actions, Resource: ['*'] });
  }
  return call;
};
const called = (service: string, api: string, parameters: object) => assertions.awsApiCall(service, api, parameters) as AwsApiCall;

const put = allowed(
  called('DynamoDB', 'putItem', {
    TableName: table.tableName,
    Item: { pk: { S: 'north-high#STUDENT#1' }, sk: { S: 'PROFILE' }, name: { S: 'Zoë' } },
  }),
  'kms:Decrypt',
);
const delivered = allowed(
  called('S3', 'listObjectsV2', { Bucket: trail.bucket.bucketName, Prefix: 'AWSLogs/' })
    .expect(
      ExpectedResult.objectLike({
        Contents: Match.arrayWith([Match.objectLike({ Key: Match.stringLikeRegexp('/CloudTrail/.*\\.json\\.gz$') })]),
      }),
    )
    .waitForAssertions(DELIVERED) as AwsApiCall,
  's3:ListBucket',
);
// Without any value but those of the key.
const QueryString = `SELECT eventname, strpos(requestparameters, 'north-high#STUDENT#1') > 0, strpos(requestparameters, 'Zoë') > 0
FROM ${trail.databaseName}.events WHERE eventname = 'PutItem'`;
const start = allowed(called('Athena', 'startQueryExecution', { QueryString, WorkGroup: trail.workgroupName }), ...QUERY);
const QueryExecutionId = start.getAttString('QueryExecutionId');
const end = allowed(
  called('Athena', 'getQueryExecution', { QueryExecutionId })
    .expect(ExpectedResult.objectLike({ QueryExecution: { Status: { State: 'SUCCEEDED' } } }))
    .waitForAssertions(QUERIED) as AwsApiCall,
  ...QUERY,
);
const row = { Data: ['PutItem', 'true', 'false'].map((VarCharValue) => ({ VarCharValue })) };
const results = allowed(
  called('Athena', 'getQueryResults', { QueryExecutionId }).expect(
    ExpectedResult.objectLike({ ResultSet: { Rows: Match.arrayWith([row]) } }),
  ) as AwsApiCall,
  ...QUERY,
);
put.next(delivered).next(start).next(end).next(results);
