import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { FunctionCode, FunctionConcurrency, SecureFunction } from '../../../src';
import type { Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';

// The real template with its role, queue and key. Two retries follow after one and two minutes.
const SPEED = 500;
const CODE = `exports.handler = async ({ fail }) => {
  console.log('in ' + process.env.PLACE);
  if (fail) throw new Error(fail);
  return process.env.PLACE;
}`;
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let lambda: LambdaClient;
let sqs: SQSClient;

beforeAll(async () => {
  ({ sandbox, close } = await startStack(
    'Grades',
    (stack) => {
      new SecureFunction(stack, 'Handler', {
        code: FunctionCode.of(Code.fromInline(CODE)),
        concurrency: FunctionConcurrency.reserved(2),
        environment: { PLACE: 'roof' },
        name: 'grades',
      });
    },
    SPEED,
  ));
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const settings = { endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials: { accessKeyId, secretAccessKey } };
  lambda = new LambdaClient(settings);
  sqs = new SQSClient(settings);
});
afterAll(async () => {
  lambda?.destroy();
  sqs?.destroy();
  await close?.();
});

const invoke = (event: object, InvocationType?: 'Event') => {
  const [handler] = sandbox.assembly.ofType('AWS::Lambda::Function');
  return lambda.send(new InvokeCommand({ FunctionName: sandbox.assembly.ref(handler), Payload: JSON.stringify(event), InvocationType }));
};

test('its variables are decrypted with its role, and its JSON lines are in its log group', async () => {
  const { Payload } = await invoke({});
  expect(Payload?.transformToString()).toBe('"roof"');
  const lines = sandbox.logs.lines('/aws/lambda/grades').map(({ message }) => JSON.parse(message) as { message?: string });
  expect(lines).toContainEqual(expect.objectContaining({ level: 'INFO', message: 'in roof' }));
});

test('an asynchronous event that fails every time is in its dead-letter queue', async () => {
  expect((await invoke({ fail: 'no such grade' }, 'Event')).StatusCode).toBe(202);
  const [queue] = sandbox.assembly.ofType('AWS::SQS::Queue');
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: sandbox.assembly.ref(queue), WaitTimeSeconds: 20, MessageAttributeNames: ['All'] }),
  );
  expect(Messages.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.ErrorMessage?.StringValue])).toEqual([
    ['{"fail":"no such grade"}', 'no such grade'],
  ]);
});
