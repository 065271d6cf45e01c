import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { Duration } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { BufferedIngestPath, IngestKeys, ItemStore } from '../../../src';
import { createObserver, type Item } from '../../kit/observer';
import type { Sandbox } from '../../sandbox';
import { ReadingsApi, reading, readingSchema } from '../fixtures/readings-api';
import { startStack } from '../fixtures/start-stack';

// Responses of the real template, through gateway, endpoint and queue.
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let undo: (() => void) | undefined;

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Route', (stack) => {
    const table = new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    const path = new BufferedIngestPath(stack, 'Readings', {
      destination: ItemStore.fromTable(table, { partitionKeyName: 'id' }),
      keys: IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}' }),
      schema: readingSchema,
      batchWindow: Duration.seconds(1),
    });
    const api = new ReadingsApi(stack, 'Api');
    path.addRoute(api.readings, 'POST', { authorizer: api.authorizer });
  }));
});
afterEach(() => {
  undo?.();
  undo = undefined;
});
afterAll(async () => {
  await close?.();
});

async function post(body: object, headers: Record<string, string> = {}, key = 'one') {
  const request = reading('harbour-school', key, body);
  const response = await fetch(`${sandbox.restApis.apis[0].url}/readings`, { ...request, headers: { ...request.headers, ...headers } });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
}
const good = { sensor: 'roof', celsius: 21.5 };
const anyId = expect.stringMatching(/./);
const later = { status: 503, retryAfter: '5', body: { message: 'Try again later', correlationId: anyId } };
const rejected = { status: 400, retryAfter: null, body: { message: 'Request rejected', correlationId: anyId } };

test('a request that SQS accepts is a 202', async () => {
  expect(await post(good)).toEqual({ status: 202, retryAfter: null, body: { correlationId: anyId } });
});

// Documented: the errors of SendMessage in the SQS API reference, all with the status 400 or 403 in the query protocol.
test.each([
  'KmsAccessDenied',
  'KmsDisabled',
  'KmsInvalidState',
  'KmsNotFound',
  'KmsThrottled',
  'RequestThrottled',
  'QueueDoesNotExist',
  'Unheard',
])('while SQS answers %s, a caller is told to come again', async (code) => {
  undo = sandbox.endpoint.inject({ service: 'sqs', operation: 'SendMessage', code, status: 400 });
  expect(await post(good)).toEqual(later);
});

test.each([
  ['an invalid Idempotency-Key', good, { 'Idempotency-Key': 'a b' }],
  ['a character that SQS does not accept', { sensor: 'roof\uffff', celsius: 1 }, {}],
])('%s is the caller’s own: 400', async (_, body, headers) => {
  expect(await post(body, headers)).toEqual(rejected);
});

// AWS's ids have been seen with - and _; + and / are base64's own.
test('the characters of an id are unchanged in queue, writer and table', async () => {
  const id = 'Czu_MED-oAMF+/==';
  const { assembly } = sandbox;
  const [table] = assembly.ofType('AWS::DynamoDB::Table').map((resource) => assembly.ref(resource));
  const queue = assembly.ofType('AWS::SQS::Queue').find(({ path }) => path?.includes('/Readings/Queue/'));
  if (queue === undefined) throw new Error('There is no queue');
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const observer = createObserver(sandbox);
  try {
    await observer.sqs.send(
      new SendMessageCommand({
        QueueUrl: assembly.ref(queue),
        MessageBody: JSON.stringify(good),
        MessageAttributes: { tenant: text('harbour-school'), correlationId: text(id), requestId: text('r+/=-_') },
      }),
    );
    let stored: Item | undefined;
    for (let attempt = 0; stored === undefined && attempt < 100; attempt++) {
      stored = (await observer.items(table)).find(({ correlationId }) => correlationId?.S === id);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(stored).toMatchObject({ id: { S: `harbour-school#${id}` }, requestId: { S: 'r+/=-_' } });
  } finally {
    observer.close();
  }
});

test.each([
  ['with a space', 'a b'],
  ['with quotes', `it's-"mine"\\'`],
  ['of 4 KB', 'r'.repeat(4_096)],
])('a request id %s that a caller chose decides nothing', async (_, id) => {
  const first = await post(good, { 'x-amzn-RequestId': id, 'x-amz-apigw-id': id });
  const second = await post(good, { 'x-amzn-RequestId': id, 'x-amz-apigw-id': id });
  expect([first.status, second.status]).toEqual([202, 202]);
  expect([first.body, second.body]).toEqual(Array(2).fill({ correlationId: expect.stringMatching(/^[\w-]{15}=$/) }));
  expect(second.body).not.toEqual(first.body);
});
