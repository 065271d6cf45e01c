import { Duration, Size } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LakeLayout, LakeSource, StreamingDataLakeAlarms, TenantTable } from '../../src';
import { templateOf, testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { dataLake } from './fixtures';

test('names are those that operators and queries use', () => {
  const stack = testStack();
  const lake = dataLake(stack, { name: 'luca-lake', tableName: 'grades' });
  expect([lake.workgroupName, lake.databaseName, lake.tableName]).toEqual(['luca-lake', 'luca_lake', 'grades']);
  const template = templateOf(stack);
  // Log groups whose name begins so need no resource policy each ("Logs sent to CloudWatch Logs").
  for (const LogGroupName of ['/aws/vendedlogs/pipes/luca-lake', '/aws/kinesisfirehose/luca-lake']) {
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName });
  }
});

test('buffers, the limit of a query, years and the retention of logs are as given', () => {
  const stack = testStack();
  dataLake(stack, {
    bufferInterval: Duration.minutes(1),
    bufferSize: Size.mebibytes(64),
    scanLimit: Size.gibibytes(1),
    firstYear: 2020,
    logRetention: RetentionDays.ONE_WEEK,
  });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
    ExtendedS3DestinationConfiguration: { BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 64 } },
  });
  template.hasResourceProperties('AWS::Athena::WorkGroup', { WorkGroupConfiguration: { BytesScannedCutoffPerQuery: 1024 ** 3 } });
  template.hasResourceProperties('AWS::Glue::Table', { TableInput: { Parameters: { 'projection.year.range': '2020,2044' } } });
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
});

test('a correlation id and a deletion can have other attributes', () => {
  const stack = testStack();
  const table = new TenantTable(stack, 'Data', { tenancy });
  const lake = dataLake(stack, {
    source: LakeSource.tableStream(table, { correlationAttribute: 'requestId', deletionAttribute: 'removed_at' }),
  });
  expect(lake.describeColumns()).toContain(
    '| correlation_id | varchar | attribute requestId (S) |\n| deleted_at | varchar | attribute removed_at |',
  );
});

describe('a saved query', () => {
  const sql = "SELECT avg(score) FROM grades_changes -- which?\nWHERE school = ? AND month = ? AND city <> '?'";

  test('is in the workgroup, and its description has the parameters in their order', () => {
    const stack = testStack();
    const lake = dataLake(stack, { name: 'lake', tableName: 'grades' });
    const id = lake.addQuery('averages', { description: 'The average of a month.', sql, parameters: ['the school', 'the month'] });
    expect(stack.resolve(id)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^LakeQueryaverages/), 'NamedQueryId'] });
    templateOf(stack).hasResourceProperties('AWS::Athena::NamedQuery', {
      Name: 'averages',
      Database: 'lake',
      WorkGroup: { Ref: Match.stringLikeRegexp('^LakeWorkgroup') },
      Description: 'The average of a month. Parameters: the school; the month.',
      QueryString: sql,
    });
  });

  test('needs no tenant where a folder has all of them', () => {
    const stack = testStack();
    dataLake(stack, { layout: LakeLayout.perMonth() }).addQuery('all', { description: 'All.', sql: 'SELECT count(*) FROM items_changes' });
    templateOf(stack).resourceCountIs('AWS::Athena::NamedQuery', 1);
  });
});

describe('alarms', () => {
  const lake = dataLake(testStack());
  const of = (name: string) => StreamingDataLakeAlarms.fromStreamingDataLake(lake).recommended.find((one) => one.name === name);

  test('are recommended for a standstill, dead letters, quarantine, conversion, partitions and late files', () => {
    expect(lake.recommendedAlarms.map(({ name, severity }) => `${name} ${severity}`)).toEqual([
      'Standstill critical',
      'PipeFailures warning',
      'DeadLetters critical',
      'OldestDeadLetterAge warning',
      'ConversionFailures critical',
      'Quarantined critical',
      'ActivePartitions critical',
      'Freshness warning',
    ]);
  });

  test('report a standstill if items were written and not read in each of two periods of 3 hours', () => {
    const stack = testStack();
    dataLake(stack).alarms.standstill();
    templateOf(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      EvaluationPeriods: 2,
      Threshold: 0,
      Metrics: Match.arrayWith([
        Match.objectLike({
          Expression: Match.stringLikeRegexp('^IF\\(FILL\\(written, 0\\) > 0 AND .+ > 0 AND FILL\\(read, 0\\) == 0, 1, 0\\)$'),
        }),
        Match.objectLike({
          MetricStat: { Period: 3 * 3_600, Metric: { Namespace: 'AWS/DynamoDB', MetricName: 'ConsumedWriteCapacityUnits' } },
        }),
        Match.objectLike({ MetricStat: { Period: 3 * 3_600, Metric: { Namespace: 'AWS/EventBridge/Pipes', MetricName: 'EventCount' } } }),
      ]),
    });
  });

  test('report no standstill for deletions alone, nor for failed conditions: successful requests that can insert or modify are counted', () => {
    const { expression, usingMetrics } = dataLake(testStack()).metrics.metricStandstill();
    const counted = Object.entries(usingMetrics as Record<string, Metric>).filter(
      ([, { metricName }]) => metricName === 'SuccessfulRequestLatency',
    );
    expect(counted.map(([, { dimensions, statistic }]) => [dimensions?.Operation, statistic])).toEqual(
      [
        ...['PutItem', 'UpdateItem', 'BatchWriteItem', 'TransactWriteItems'],
        ...['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'],
      ].map((operation) => [operation, 'SampleCount']),
    );
    for (const [name] of counted) expect(expression).toContain(`FILL(${name}, 0)`);
    // Documented: "PutMetricAlarm": at most 10 metrics of an alarm.
    expect(Object.keys(usingMetrics).length).toBeLessThanOrEqual(10);
  });

  test('report files that are three buffer intervals late', () => {
    expect(of('Freshness')?.threshold).toBe(3 * 900);
    expect(dataLake(testStack(), { bufferInterval: Duration.minutes(1) }).recommendedAlarms.at(-1)?.threshold).toBe(180);
  });

  test('report everything that is written into the quarantine folder', () => {
    const stack = testStack();
    dataLake(stack).alarms.quarantined();
    const template = templateOf(stack);
    template.hasResourceProperties('AWS::S3::Bucket', { MetricsConfigurations: [{ Id: 'quarantine', Prefix: 'quarantine/' }] });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'BytesUploaded',
      Dimensions: [
        { Name: 'BucketName', Value: { Ref: 'LakeBucketB1D32E10' } },
        { Name: 'FilterId', Value: 'quarantine' },
      ],
    });
  });
});
