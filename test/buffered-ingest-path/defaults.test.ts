import type { BufferedIngestPathProps } from '../../src';
import { keepsPromises } from '../promises';
import { logicalIds, policiesIn, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';
import { ingestPath, restApi } from './fixtures';

function synthesized(props: Partial<BufferedIngestPathProps> = {}, tenantContextKey?: string, stack = testStack()) {
  const { api, authorizer } = restApi(stack);
  ingestPath(stack, props).addRoute(api.root.addResource('visits'), 'POST', { authorizer, tenantContextKey });
  return templateOf(stack);
}

const template = synthesized();

test('the logical ids of the queues never change, because messages in replaced queues would be lost', () => {
  expect(logicalIds(template, 'AWS::SQS::Queue')).toEqual([
    'VisitsDeadLetterQueue69372EC6',
    'VisitsQueue04D90780',
    'VisitsRetryQueue85D5158E',
  ]);
});

keepsPromises(minimal);

test('the queues deny requests without TLS', () => {
  for (const { Properties } of Object.values(template.findResources('AWS::SQS::QueuePolicy'))) {
    expect(Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
  }
});

test('the event source has partial batch responses, and the visibility timeout is six timeouts plus the window', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 50,
    MaximumBatchingWindowInSeconds: 5,
    ScalingConfig: { MaximumConcurrency: 10 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    VisibilityTimeout: 6 * 6 + 5,
    MessageRetentionPeriod: 4 * 86_400,
    RedrivePolicy: { maxReceiveCount: 1, deadLetterTargetArn: { 'Fn::GetAtt': ['VisitsRetryQueue85D5158E', 'Arn'] } },
  });
});

test('messages that failed in a batch are received alone by the same writer, and are dead letters after five receives', () => {
  const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).map(({ Properties }) => Properties);
  expect(mappings).toHaveLength(2);
  expect(new Set(mappings.map(({ FunctionName }) => JSON.stringify(FunctionName))).size).toBe(1);
  expect(mappings).toContainEqual({
    BatchSize: 1,
    EventSourceArn: { 'Fn::GetAtt': ['VisitsRetryQueue85D5158E', 'Arn'] },
    FunctionName: { Ref: expect.stringMatching(/^VisitsWriter/) },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 10 },
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    VisibilityTimeout: 6 * 6,
    MessageRetentionPeriod: 5 * 86_400,
    RedrivePolicy: { maxReceiveCount: 4, deadLetterTargetArn: { 'Fn::GetAtt': ['VisitsDeadLetterQueue69372EC6', 'Arn'] } },
  });
});

test('the writer receives from both queues, and routes send only to the first', () => {
  const queuesOf = (role: string, action: string) =>
    Object.values(policiesIn(template))
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().includes(action))
      .flatMap(({ Resource }) => Resource);
  const [queue, retryQueue] = ['VisitsQueue04D90780', 'VisitsRetryQueue85D5158E'].map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
  expect(queuesOf('VisitsWriterRole', 'sqs:ReceiveMessage')).toEqual([queue, retryQueue]);
  expect(queuesOf('VisitsWriterRole', 'sqs:DeleteMessage')).toEqual([queue, retryQueue]);
  expect(queuesOf('VisitsApiRole', 'sqs:SendMessage')).toEqual([queue]);
});

test('the only data permission of the writer is to insert into its table', () => {
  const actions = (role: string) =>
    Object.values(policiesIn(template))
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .flatMap(({ Action }) => Action)
      .filter((action) => !action.startsWith('kms:'))
      .sort();
  expect(actions('VisitsWriterRole')).toEqual([
    'dynamodb:PartiQLInsert',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  expect(actions('VisitsApiRole')).toEqual(['sqs:SendMessage']);
});

test('senders and receivers use the key of the queue only through SQS', () => {
  const viaSqs = { StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['sqs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } } };
  const statements = Object.values(policiesIn(template))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith('kms:')));
  expect(statements).toEqual([
    expect.objectContaining({ Action: 'kms:Decrypt', Condition: viaSqs }),
    expect.objectContaining({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Condition: viaSqs }),
  ]);
});

test('the default shape', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});
