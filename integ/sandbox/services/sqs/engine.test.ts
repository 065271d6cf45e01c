import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type MessageSystemAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { sqsClient, startedEngines, temporaryFolder } from '../../testing/engines';

const { engines } = startedEngines(temporaryFolder());
let client: SQSClient;
beforeAll(() => {
  client = sqsClient(engines(), { account: '123456789012', region: 'eu-west-1' });
});
afterAll(() => client?.destroy());

const queue = async (QueueName: string, Attributes: Record<string, string> = {}) =>
  String((await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl);
const send = (QueueUrl: string, MessageBody: string, more = {}) => client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (QueueUrl: string, WaitTimeSeconds = 0) => {
  const MessageSystemAttributeNames: MessageSystemAttributeName[] = ['All'];
  const command = new ReceiveMessageCommand({
    QueueUrl,
    WaitTimeSeconds,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames,
  });
  return (await client.send(command)).Messages ?? [];
};

test('the account comes from the access key and the Region from the signature', async () => {
  const QueueUrl = await queue('whose');
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes?.QueueArn).toBe('arn:aws:sqs:eu-west-1:123456789012:whose');
});

// documented: SendMessage (MessageGroupId on standard queues, fair queues)
test('a standard queue keeps message groups and attributes, and also delivers other messages of a group', async () => {
  const url = await queue('group');
  const MessageAttributes = { tenant: { DataType: 'String', StringValue: 'north' } };
  await send(url, 'one', { MessageGroupId: 'north', MessageAttributes });
  await send(url, 'two', { MessageGroupId: 'north', MessageAttributes });
  const messages = await receive(url);
  expect(messages.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual([
    ['one', 'north'],
    ['two', 'north'],
  ]);
  expect(messages[0].MessageAttributes?.tenant.StringValue).toBe('north');
});

// documented: Amazon SQS visibility timeout
test('a received message is hidden for the visibility timeout and delivered again with a higher receive count', async () => {
  const url = await queue('hidden', { VisibilityTimeout: '1' });
  await send(url, 'again');
  expect(await receive(url)).toHaveLength(1);
  expect(await receive(url)).toEqual([]);
  const [second] = await receive(url, 3);
  expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
  await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second.ReceiptHandle }));
  expect(await receive(url, 2)).toEqual([]);
});

// documented: Using dead-letter queues in Amazon SQS
test('after the maximum number of receives a message is unchanged in the dead-letter queue, with its source', async () => {
  const dead = await queue('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:123456789012:dead', maxReceiveCount: 2 });
  const url = await queue('source', { RedrivePolicy, VisibilityTimeout: '0' });
  const MessageAttributes = { tenant: { DataType: 'String', StringValue: 'south' } };
  await send(url, 'poison', { MessageGroupId: 'south', MessageAttributes });
  expect([await receive(url), await receive(url), await receive(url)].map((messages) => messages.length)).toEqual([1, 1, 0]);
  const [message] = await receive(dead);
  expect(message).toMatchObject({
    Body: 'poison',
    Attributes: { MessageGroupId: 'south', DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-west-1:123456789012:source' },
    MessageAttributes: { tenant: { StringValue: 'south' } },
  });
});

// documented: Amazon SQS message quotas
test('a body of 1 MiB is accepted, and one more byte is rejected', async () => {
  const url = await queue('size');
  await send(url, 'x'.repeat(1_048_576));
  await expect(send(url, 'x'.repeat(1_048_577))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});
