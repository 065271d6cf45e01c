import { Duration, Size } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LakeBackfillAlarms, LakeSource, TenantTable } from '../../src';
import { dataLake } from '../streaming-data-lake/fixtures';
import { templateOf, testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { lakeBackfill } from './fixtures';

test('the attributes of the last write, the rate, names and retention are as given', () => {
  const stack = testStack();
  lakeBackfill(stack, {
    changedAtAttributes: ['updatedAt', 'createdAt'],
    sendRate: Size.mebibytes(2),
    name: 'luca',
    logRetention: RetentionDays.ONE_WEEK,
  });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: {
        CHANGED_AT_ATTRIBUTES: '["updatedAt","createdAt"]',
        BYTES_PER_SECOND: '1048576',
        FIRST_YEAR: '2026',
        KEYS: '["pk","sk"]',
      },
    },
  });
  for (const name of ['luca-start', 'luca-send']) {
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: 7 });
  }
});

test('the function knows when items expire', () => {
  const stack = testStack();
  const data = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) });
  lakeBackfill(stack, { lake: dataLake(stack, { source: LakeSource.tableStream(data) }) });
  templateOf(stack).hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { TIME_TO_LIVE_ATTRIBUTE: 'expiresAt' } } });
});

test('alarms are recommended for dead letters and failed exports', () => {
  const backfill = lakeBackfill(testStack());
  expect(backfill.recommendedAlarms.map(({ name, severity }) => `${name} ${severity}`)).toEqual([
    'DeadLetters critical',
    'FailedExports warning',
  ]);
  expect(LakeBackfillAlarms.fromLakeBackfill(backfill).recommended).toHaveLength(2);
});

test('metrics are those of the queues and of what the function logs', () => {
  const { metrics } = lakeBackfill(testStack());
  const names = [
    metrics.metricDeadLetters(),
    metrics.metricPending(),
    metrics.metricSent(),
    metrics.metricSkipped(),
    metrics.metricTooLarge(),
    metrics.metricFailedExports(),
    metrics.metricErrors(),
  ].map(({ namespace, metricName, statistic }) => `${namespace} ${metricName} ${statistic}`);
  expect(names).toEqual([
    'AWS/SQS ApproximateNumberOfMessagesVisible Maximum',
    'AWS/SQS ApproximateNumberOfMessagesVisible Maximum',
    'Andamio/LakeBackfill Sent Sum',
    'Andamio/LakeBackfill Skipped Sum',
    'Andamio/LakeBackfill TooLarge Sum',
    'Andamio/LakeBackfill FailedExports Sum',
    'AWS/Lambda Errors Sum',
  ]);
});
