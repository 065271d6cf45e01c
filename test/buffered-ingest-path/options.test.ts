import { readFileSync } from 'node:fs';
import { type CfnElement, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import * as fc from 'fast-check';
import { DataDestruction, IngestKeys, ItemStore, TenantDirectory, WriterIsolation } from '../../src';
import { isAllowed, policiesOfRole } from '../iam';
import { violations } from '../nag';
import { descriptionOf } from '../notified';
import { templateOf, testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { ingestPath, keys, plainTable, tenantRole } from './fixtures';

const environment = (template: ReturnType<typeof templateOf>) =>
  Object.values(template.findResources('AWS::Lambda::Function'))[0].Properties.Environment.Variables;

test('batch size, window and concurrency are set on the event source, and the window is part of the visibility timeout', () => {
  const stack = testStack();
  ingestPath(stack, { batchSize: 10_000, batchWindow: Duration.minutes(5), maxConcurrency: 1_000 });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 10_000,
    MaximumBatchingWindowInSeconds: 300,
    ScalingConfig: { MaximumConcurrency: 1_000 },
  });
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 6 * 26 + 300 });
});

test('small batches need no window', () => {
  const stack = testStack();
  ingestPath(stack, { batchSize: 10, batchWindow: Duration.seconds(0) });
  templateOf(stack).hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 10, MaximumBatchingWindowInSeconds: 0 });
});

/** The retention of the queues in seconds, in the order in which a message moves through them. */
function retentions(stack: Stack): number[] {
  const template = templateOf(stack);
  return ['VisitsQueue', 'VisitsRetryQueue', 'VisitsDeadLetterQueue'].map((id) => {
    const [queue] = Object.entries(template.findResources('AWS::SQS::Queue')).filter(([logicalId]) => logicalId.startsWith(id));
    return queue[1].Properties.MessageRetentionPeriod;
  });
}

const DAY = 86_400;
test.each([
  ['30 days', Duration.days(30), Duration.days(4), [4 * DAY, 5 * DAY, 14 * DAY]],
  ['10 days', Duration.days(10), Duration.days(4), [4 * DAY, 4.5 * DAY - 1, 5.5 * DAY]],
  ['8 days and a second', Duration.seconds(8 * DAY + 1), Duration.days(4), [4 * DAY, 4 * DAY, 4 * DAY]],
  ['an hour', Duration.hours(1), Duration.minutes(20), [1_200, 1_499, 2_100]],
])('the retention of retry queue and dead-letter queue together is below a time to live of %s', (_, timeToLive, retention, expected) => {
  const stack = testStack();
  ingestPath(stack, { destination: plainTable(stack, 'Table', timeToLive), retention });
  expect(retentions(stack)).toEqual(expected);
});

test('for any time to live, no queue has a shorter retention than the queue before, and a replay never restores an expired item', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 40 * DAY }), fc.double({ min: 0, max: 1, noNaN: true }), (timeToLive, part) => {
      const longest = Math.min(14 * DAY, Math.floor((timeToLive - 1) / 2));
      const stack = testStack();
      const retention = Duration.seconds(185 + Math.floor(part * (longest - 185)));
      ingestPath(stack, { destination: plainTable(stack, 'Table', Duration.seconds(timeToLive)), retention });
      const [queue, retryQueue, deadLetters] = retentions(stack);
      expect(queue).toBe(retention.toSeconds());
      expect(retryQueue).toBeGreaterThanOrEqual(queue);
      expect(deadLetters).toBeGreaterThanOrEqual(retryQueue);
      expect(deadLetters).toBeLessThanOrEqual(14 * DAY);
      // Replayed shortly before it expires: in the retry queue, SQS counts the retention from then.
      expect(deadLetters + retryQueue).toBeLessThan(timeToLive);
    }),
    { numRuns: 25 },
  );
});

test('if items never expire, dead letters are kept for the maximum of SQS, and items get no expiry', () => {
  const stack = testStack();
  const { table } = plainTable(stack);
  ingestPath(stack, {
    destination: ItemStore.fromTable(table, { partitionKeyName: 'pk', sortKeyName: 'sk' }),
    retention: Duration.days(14),
  });
  templateOf(stack).allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 86_400 });
  expect(environment(templateOf(stack))).not.toHaveProperty('TIME_TO_LIVE_ATTRIBUTE');
});

test('the writer’s environment has its table, the templates of all keys, and the time to live', () => {
  const stack = testStack();
  const attributes = { gsi1pk: '{tenant}#AGAIN#{body.student}' };
  ingestPath(stack, { keys: IngestKeys.of({ partitionKey: '{tenant}#{body.student}', sortKey: '{idempotencyKey}', attributes }) });
  expect(environment(templateOf(stack))).toEqual({
    TABLE_NAME: { Ref: expect.stringMatching(/^VisitsTable/) },
    PARTITION_KEY: 'pk',
    SORT_KEY: 'sk',
    KEY_TEMPLATES: JSON.stringify({ pk: '{tenant}#{body.student}', sk: '{idempotencyKey}', ...attributes }),
    TIME_TO_LIVE_ATTRIBUTE: 'expiresAt',
    TIME_TO_LIVE_SECONDS: String(30 * 86_400),
  });
});

describe.each([
  ['its own permissions', () => undefined],
  ['a session for each tenant', (stack: Stack) => WriterIsolation.perTenant(tenantRole(stack))],
] as const)('with a directory, the writer with %s', (_, isolationIn) => {
  const env = { account: '123456789012', region: 'us-east-1' };
  const stack = testStack({ env });
  const directory = new TenantDirectory(stack, 'Directory', { tenancy });
  const path = ingestPath(stack, { directory, isolation: isolationIn(stack) });
  const id = (of: { node: { defaultChild?: unknown } }) => stack.getLogicalId(of.node.defaultChild as CfnElement);
  const role = path.writer.role as NonNullable<typeof path.writer.role>;
  const allowed = (action: string, keys?: string[]) =>
    isAllowed(
      {
        principal: `arn:aws:iam::123456789012:role/${id(role)}`,
        action: `dynamodb:${action}`,
        resource: `arn:aws:dynamodb:us-east-1:123456789012:table/${id(directory)}`,
        context: keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys },
      },
      { identity: policiesOfRole(stack, id(role)).identity },
    );

  test('reads the records of tenants there', async () => {
    const writer = Object.entries(templateOf(stack).findResources('AWS::Lambda::Function')).find(([name]) =>
      name.startsWith('VisitsWriter'),
    );
    expect(writer?.[1].Properties.Environment.Variables.DIRECTORY_TABLE).toEqual({ Ref: id(directory) });
    expect(await allowed('BatchGetItem', ['TENANT#north', 'TENANT#south'])).toBe(true);
  });

  test.each<[string, string[] | undefined]>([
    ['BatchGetItem', ['TENANT#north', 'USER#ada']],
    ['BatchGetItem', undefined],
    ['GetItem', ['MEMBERS#north']],
    ['Query', ['TENANT#north']],
    ['Scan', undefined],
    ['PutItem', ['TENANT#north']],
    ['UpdateItem', ['TENANT#north']],
    ['DeleteItem', ['TENANT#north']],
    ['PartiQLInsert', ['TENANT#north']],
  ])('may not %s %j', async (action, keys) => {
    expect(await allowed(action, keys)).toBe(false);
  });

  test('has no open findings', () => {
    expect(violations(stack)).toEqual([]);
  });
});

test('a table without a sort key is a valid destination', () => {
  const stack = testStack();
  const table = new Table(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  const destination = ItemStore.fromTable(table, { partitionKeyName: 'pk' });
  ingestPath(stack, { destination, keys: IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}' }) });
  expect(environment(templateOf(stack))).toMatchObject({ KEY_TEMPLATES: '{"pk":"{tenant}#{idempotencyKey}"}' });
  expect(environment(templateOf(stack))).not.toHaveProperty('SORT_KEY');
});

test('encryptionKey encrypts all resources of the path', () => {
  const stack = testStack();
  ingestPath(stack, { encryptionKey: new Key(stack, 'Own') });
  const template = templateOf(stack);
  const arn = { 'Fn::GetAtt': [expect.stringMatching(/^Own/), 'Arn'] };
  template.resourceCountIs('AWS::KMS::Key', 1);
  for (const { Properties } of Object.values(template.findResources('AWS::SQS::Queue'))) expect(Properties.KmsMasterKeyId).toEqual(arn);
  for (const { Properties } of Object.values(template.findResources('AWS::Logs::LogGroup'))) expect(Properties.KmsKeyId).toEqual(arn);
});

test('name sets the name of the log group', () => {
  const stack = testStack();
  ingestPath(stack, { name: 'visit-writer' });
  templateOf(stack).hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/lambda/visit-writer', RetentionInDays: 30 });
});

test('an alarm is created on request, and its description gives the reason', () => {
  const stack = testStack();
  const { alarms, recommendedAlarms } = ingestPath(stack);
  const { deadLetters, oldestMessageAge, oldestRetryAge, writerErrors, writerThrottles, failedShare } = alarms;
  for (const make of [deadLetters, oldestMessageAge, oldestRetryAge, writerErrors, writerThrottles, failedShare]) make.call(alarms);
  const made = Object.values(templateOf(stack).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  expect(made.map(({ AlarmDescription }) => AlarmDescription).sort()).toEqual(recommendedAlarms.map(descriptionOf).sort());
});

test('an alarm that is created twice is one alarm', () => {
  const stack = testStack();
  const { alarms } = ingestPath(stack);
  expect(alarms.deadLetters()).toBe(alarms.deadLetters());
  templateOf(stack).resourceCountIs('AWS::CloudWatch::Alarm', 1);
});

test('queues and log are deleted with the stack if both prop and scope allow it', () => {
  const stack = testStack();
  DataDestruction.allow(stack);
  ingestPath(stack, { removalPolicy: RemovalPolicy.DESTROY });
  for (const type of ['AWS::SQS::Queue', 'AWS::Logs::LogGroup']) {
    templateOf(stack).allResources(type, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  }
});

test.each([
  [10, 6],
  [499, 6],
  [500, 7],
  [10_000, 26],
])('a batch of %d has a timeout of %d seconds, and a visibility timeout of six times that', (batchSize, timeout) => {
  const stack = testStack();
  ingestPath(stack, { batchSize });
  templateOf(stack).hasResourceProperties('AWS::Lambda::Function', { Timeout: timeout, MemorySize: 512 });
  templateOf(stack).hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 6 * timeout + 5 });
});

test('the age alarms have a higher threshold than the time until a poison message is in the dead-letter queue', () => {
  const stack = testStack();
  const { alarms } = ingestPath(stack, { batchWindow: Duration.seconds(10) });
  alarms.oldestMessageAge();
  alarms.oldestRetryAge();
  for (const queue of ['VisitsQueue', 'VisitsRetryQueue']) {
    templateOf(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 36 + 10 + 4 * 36,
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${queue}[0-9A-F]{8}$`), 'QueueName'] } }],
    });
  }
});

test('the retry queue has its own metrics', () => {
  const { metrics, retryQueue } = ingestPath(testStack());
  for (const [metric, metricName, statistic] of [
    [metrics.metricRetried(), 'NumberOfMessagesReceived', 'Sum'],
    [metrics.metricWaitingForRetry(), 'ApproximateNumberOfMessagesVisible', 'Maximum'],
    [metrics.metricOldestRetryAge(), 'ApproximateAgeOfOldestMessage', 'Maximum'],
  ] as const) {
    expect(metric.toMetricConfig().metricStat).toMatchObject({
      metricName,
      statistic,
      dimensions: [{ name: 'QueueName', value: retryQueue.queueName }],
    });
  }
});

test('the metrics that the writer logs have only its name as a dimension', () => {
  const stack = testStack();
  const { metrics, writer } = ingestPath(stack, { keys });
  for (const metric of [
    metrics.metricWritten(),
    metrics.metricDuplicates(),
    metrics.metricFailed(),
    metrics.metricDiscarded(),
    metrics.metricWriteLatency(),
  ]) {
    expect(metric.toMetricConfig().metricStat).toMatchObject({
      namespace: 'Andamio/BufferedIngestPath',
      dimensions: [{ name: 'FunctionName', value: writer.functionName }],
    });
  }
});

test('the README explains every alarm', () => {
  const readme = readFileSync('src/buffered-ingest-path/README.md', 'utf8');
  for (const { name } of ingestPath(testStack()).recommendedAlarms) expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\|`));
});
