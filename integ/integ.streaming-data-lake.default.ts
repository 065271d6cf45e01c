import { type AwsApiCall, ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DataDestruction, LakeColumn, LakeSource, StreamingDataLake, Tenancy, TenantTable, Tier } from '../src';

/** The lake of the README: changes of items in files by tenant, what cannot be stored in quarantine, and queries of both. */
const app = new App();
const stack = new Stack(app, 'StreamingDataLakeDefault');
DataDestruction.allow(stack);
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const table = new TenantTable(stack, 'Data', { tenancy, removalPolicy: RemovalPolicy.DESTROY });
const lake = new StreamingDataLake(stack, 'Lake', {
  source: LakeSource.tableStream(table),
  columns: [LakeColumn.string('student_id').from('student'), LakeColumn.decimal('score', 5, 2)],
  name: 'andamio-integ-lake',
  tableName: 'grades',
  bufferInterval: Duration.minutes(1),
  removalPolicy: RemovalPolicy.DESTROY,
});
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
const TableName = table.table.tableName;
const Bucket = lake.bucket.bucketName;
const NORTH = 'north-high';
/** Firehose delivers a minute after the first record, or half a minute later; Pipes starts to read a minute after its creation. */
const DELIVERED = { totalTimeout: Duration.minutes(10), interval: Duration.seconds(15) };
const QUERIED = { totalTimeout: Duration.minutes(2), interval: Duration.seconds(5) };

/** The permissions of a caller of these services, beyond the called operation itself. */
const allowed = (call: AwsApiCall, ...actions: string[]) => {
  for (const provider of [call.provider, call.waiterProvider]) {
    provider?.addToRolePolicy({ Effect: 'Allow', Action: actions, Resource: ['*'] });
  }
  return call;
};
const called = (service: string, api: string, parameters: object) => assertions.awsApiCall(service, api, parameters) as AwsApiCall;

const put = (sk: string, school: string, score: object) =>
  allowed(
    called('DynamoDB', 'putItem', {
      TableName,
      Item: { pk: { S: `${school}#STUDENT#1` }, sk: { S: sk }, student: { S: 'student-1' }, correlationId: { S: 'request-1' }, score },
    }),
    'kms:Decrypt',
  );
const has = (Prefix: string, name: string) =>
  allowed(
    called('S3', 'listObjectsV2', { Bucket, Prefix })
      .expect(ExpectedResult.objectLike({ Contents: Match.arrayWith([Match.objectLike({ Key: Match.stringLikeRegexp(name) })]) }))
      .waitForAssertions(DELIVERED) as AwsApiCall,
    's3:ListBucket',
  );

/** A query and how it ends. */
const QUERY = ['athena:*', 'glue:Get*', 's3:*', 'kms:Decrypt', 'kms:GenerateDataKey'];
function query(sql: string, ends: object, rows?: string[][]): AwsApiCall[] {
  const start = allowed(called('Athena', 'startQueryExecution', { QueryString: sql, WorkGroup: lake.workgroupName }), ...QUERY);
  const QueryExecutionId = start.getAttString('QueryExecutionId');
  const end = allowed(
    called('Athena', 'getQueryExecution', { QueryExecutionId })
      .expect(ExpectedResult.objectLike({ QueryExecution: { Status: ends } }))
      .waitForAssertions(QUERIED) as AwsApiCall,
    ...QUERY,
  );
  if (rows === undefined) return [start, end];
  const Rows = rows.map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) }));
  const results = allowed(
    called('Athena', 'getQueryResults', { QueryExecutionId }).expect(ExpectedResult.objectLike({ ResultSet: { Rows } })) as AwsApiCall,
    ...QUERY,
  );
  return [start, end, results];
}

const steps = [
  put('MATHS', NORTH, { N: '7.25' }),
  put('MATHS', NORTH, { N: '8.5' }),
  put('MATHS', 'south-high', { N: '9' }),
  put('WRONG', NORTH, { S: 'nine' }),
  has('data/grades/', '/school=south-high/'),
  has('quarantine/', '.'),
  ...query(
    `SELECT student_id, score, correlation_id FROM ${lake.databaseName}.grades_current WHERE school = '${NORTH}'`,
    { State: 'SUCCEEDED' },
    [
      ['student_id', 'score', 'correlation_id'],
      ['student-1', '8.50', 'request-1'],
    ],
  ),
  ...query(`SELECT count(*) FROM ${lake.databaseName}.grades_changes`, {
    State: 'FAILED',
    StateChangeReason: Match.stringLikeRegexp('CONSTRAINT_VIOLATION.*school'),
  }),
  ...query(`SELECT count(*) AS records FROM ${lake.databaseName}.grades_quarantine`, { State: 'SUCCEEDED' }, [['records'], ['1']]),
];
steps.reduce((before, step) => before.next(step) as AwsApiCall);
