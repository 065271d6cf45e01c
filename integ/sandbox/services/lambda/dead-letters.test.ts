import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { startSandbox } from '../../sandbox';

/** An hour takes 3.6 s: the two retries are after one and after two minutes. */
const SPEED = 1000;
const folder = mkdtempSync(join(tmpdir(), 'dead-letters-'));
const open: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of open.reverse()) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Variant {
  /** An action that the role's policy lacks, such as `sqs:SendMessage`. */
  readonly without?: string;
}

function assemble(name: string, { without }: Variant = {}): string {
  const app = new cdk.App({ outdir: join(folder, name), analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Stack');
  const key = new kms.Key(stack, 'Key');
  const queue = new sqs.Queue(stack, 'Dead', { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: key });
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(
      'exports.handler = async ({ fail }) => { console.log("try of " + fail); if (fail) throw new Error("no such " + fail); return process.env.PLACE; }',
    ),
    environment: { PLACE: 'roof' },
    environmentEncryption: key,
    deadLetterQueue: queue,
  });
  // The L2 construct itself grants sqs:SendMessage.
  for (const action of ['kms:Decrypt', 'kms:GenerateDataKey'].filter((each) => each !== without)) key.grant(fn, action);
  if (without === 'sqs:SendMessage') {
    const policy = fn.role?.node.findChild('DefaultPolicy').node.defaultChild as cdk.CfnResource;
    policy.addPropertyOverride('PolicyDocument.Statement.0.Action', 'sqs:GetQueueUrl');
  }
  app.synth();
  return app.outdir;
}

async function start(name: string, variant?: Variant) {
  const sandbox = await startSandbox(assemble(name, variant), { strict: true, speed: SPEED });
  open.push(sandbox);
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const settings = { endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials: { accessKeyId, secretAccessKey } };
  const [resource] = sandbox.assembly.ofType('AWS::Lambda::Function');
  const [queue] = sandbox.assembly.ofType('AWS::SQS::Queue');
  const client = new LambdaClient({ ...settings, maxAttempts: 1 });
  const invoke = (event: object, InvocationType?: 'Event') =>
    client.send(
      new InvokeCommand({
        FunctionName: sandbox.assembly.ref(resource),
        Payload: JSON.stringify(event),
        ...(InvocationType ? { InvocationType } : {}),
      }),
    );
  const receiver = new SQSClient(settings);
  open.push({ close: async () => [client, receiver].forEach((one) => void one.destroy()) });
  const next = async (): Promise<Message | undefined> => {
    const answer = await receiver.send(
      new ReceiveMessageCommand({ QueueUrl: sandbox.assembly.ref(queue), WaitTimeSeconds: 10, MessageAttributeNames: ['All'] }),
    );
    return answer.Messages?.[0];
  };
  return { sandbox, invoke, next };
}

// Documented: "Adding a dead-letter queue" and "Error handling for asynchronous invocation" in Lambda's guide.
test('an asynchronous event that failed three times is sent unchanged to the dead-letter queue', async () => {
  const { sandbox, invoke, next } = await start('kept');
  expect((await invoke({ fail: 'endpoint' }, 'Event')).StatusCode).toBe(202);
  const message = await next();
  expect(JSON.parse(message?.Body ?? '')).toEqual({ fail: 'endpoint' });
  expect(message?.MessageAttributes).toMatchObject({
    RequestID: { DataType: 'String', StringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ErrorCode: { DataType: 'Number', StringValue: '200' },
    ErrorMessage: { DataType: 'String', StringValue: 'no such endpoint' },
  });
  const [resource] = sandbox.assembly.ofType('AWS::Lambda::Function');
  expect(
    sandbox.logs.lines(`/aws/lambda/${sandbox.assembly.ref(resource)}`).filter(({ message: line }) => line.includes('try of endpoint')),
  ).toHaveLength(3);
});

test('a synchronous event and an event that succeeds are not sent to the dead-letter queue', async () => {
  const { invoke, next } = await start('none');
  expect((await invoke({ fail: 'endpoint' })).FunctionError).toBe('Unhandled');
  expect(JSON.parse(String((await invoke({})).Payload?.transformToString()))).toBe('roof');
  await invoke({}, 'Event');
  expect(await next()).toBeUndefined();
});

test('a function whose role may not send to the queue is rejected, as on AWS', async () => {
  await expect(start('unsendable', { without: 'sqs:SendMessage' })).rejects.toThrow(
    'InvalidParameterValueException (Stack.Fn9270CBC0): The provided execution role does not have permissions to call SendMessage on SQS',
  );
});

test('a function whose role may not decrypt the variables does not run, and its callers receive the error', async () => {
  const { invoke } = await start('undecryptable', { without: 'kms:Decrypt' });
  await expect(invoke({})).rejects.toMatchObject({
    name: 'KMSAccessDeniedException',
    $metadata: { httpStatusCode: 502 },
    message: expect.stringContaining('Lambda was unable to decrypt the environment variables because KMS access was denied'),
  });
});
