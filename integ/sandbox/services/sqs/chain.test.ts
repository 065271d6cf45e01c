import {
  ChangeMessageVisibilityCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ACCOUNT, assemble, openTestEndpoint, type TestEndpoint } from '../../testing/endpoint';

/** `first` → `retry` → `dead`, and `other` → `dead`: `retry` is a dead-letter queue and has one itself. */
const assembly = () =>
  assemble((stack) => {
    const dead = new sqs.Queue(stack, 'Dead', { queueName: 'dead' });
    const retry = new sqs.Queue(stack, 'Retry', { queueName: 'retry', deadLetterQueue: { queue: dead, maxReceiveCount: 4 } });
    new sqs.Queue(stack, 'First', { queueName: 'first', deadLetterQueue: { queue: retry, maxReceiveCount: 1 } });
    new sqs.Queue(stack, 'Other', { queueName: 'other', deadLetterQueue: { queue: dead, maxReceiveCount: 1 } });
    const operator = new iam.Role(stack, 'Operator', {
      roleName: 'Operator',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    operator.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:*'], resources: ['*'] }));
  });

let sandbox: TestEndpoint;
let client: SQSClient;
beforeAll(async () => {
  sandbox = await openTestEndpoint(assembly(), { engines: true });
  client = new SQSClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials: sandbox.as('Operator'), maxAttempts: 1 });
});
afterAll(async () => {
  client?.destroy();
  await sandbox?.close();
});

const url = (name: string) => `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/${name}`;
const arn = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
const send = (name: string, MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl: url(name), MessageBody, MessageGroupId: 'north' }));

/** Receives the messages and makes them visible again at once, as a consumer that fails. */
async function fail(name: string) {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: url(name), MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
  );
  for (const { ReceiptHandle } of Messages) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url(name), ReceiptHandle, VisibilityTimeout: 0 }));
  }
  return Messages.map(({ MessageId, Body, Attributes = {} }) => ({
    id: MessageId,
    body: Body,
    receives: Attributes.ApproximateReceiveCount,
    source: Attributes.DeadLetterQueueSourceArn,
    group: Attributes.MessageGroupId,
  }));
}

async function moved(SourceArn: string) {
  await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
  for (;;) {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn }));
    if (Results[0]?.Status !== 'RUNNING') return Results[0];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// ApproximateReceiveCount continues: LocalStack's recording of AWS, test_dead_letter_queue_message_attributes. In MiniStack redrive
// policies use this count; AWS does not document whether they do.
test('a message moves from queue to queue with its ID, group and receive count, and names its previous queue', async () => {
  await send('first', 'poison');
  const [sent] = await fail('first');
  expect(sent).toMatchObject({ body: 'poison', receives: '1', source: undefined });
  expect(await fail('first')).toEqual([]);
  for (const receives of ['2', '3', '4']) {
    expect(await fail('retry')).toEqual([{ ...sent, receives, source: arn('first'), group: 'north' }]);
  }
  expect(await fail('retry')).toEqual([]);
  expect(await fail('dead')).toEqual([{ ...sent, receives: '5', source: arn('retry') }]);
});

// documented: StartMessageMoveTask, "the original source queue (from which the messages were driven to the dead-letter-queue)".
test('each dead letter returns to its previous queue, where its receive count starts again', async () => {
  await send('other', 'neighbour');
  await fail('other');
  await fail('other');
  expect(await moved(arn('dead'))).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2 });
  expect(await fail('retry')).toEqual([expect.objectContaining({ body: 'poison', receives: '1', source: undefined })]);
  expect(await fail('other')).toEqual([expect.objectContaining({ body: 'neighbour', receives: '1', source: undefined })]);
  expect([await fail('first'), await fail('dead')]).toEqual([[], []]);
});
