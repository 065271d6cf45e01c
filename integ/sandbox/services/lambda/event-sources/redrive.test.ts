import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Message, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { loadAssembly } from '../../../assembly/index';
import { installEngines, startEngines } from '../../../engines';
import { createClock } from '../../../process/clock';
import { startServices } from '../../../start-services';
import { provision } from '../../../testing/engines';
import { resourceTypes } from '../..';
import { iam } from '../../iam';
import { createLogSink } from '../../logs/logs';
import { sqs as queues } from '../../sqs';
import { startFunctions } from '../functions';

/** A message such as `exit` or `loop` makes the function fail in that way; other messages succeed. */
const HANDLER = `
exports.handler = async ({ Records }) => {
  console.log('bodies:' + JSON.stringify(Records.map(({ body }) => body)));
  if (Records.some(({ body }) => body === 'exit')) process.exit(1);
  while (Records.some(({ body }) => body === 'loop'));
  return { batchItemFailures: Records.filter(({ body }) => body === 'poison').map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;
/** Sends the next number to its own queue until 20. */
const LOOP = `
const { SQSClient, SendMessageBatchCommand, SendMessageCommand } = require('@aws-sdk/client-sqs');
const client = new SQSClient({});
exports.handler = async ({ Records: [{ body }] }) => {
  console.log('bodies:' + JSON.stringify([body]));
  const MessageBody = String(Number(body) + 1);
  const { QUEUE_URL: QueueUrl } = process.env;
  if (body === '20') return;
  if (body % 2) await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  else await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', MessageBody }] }));
};`;
const MAXIMUM_RECEIVES = 3;

const folder = mkdtempSync(join(tmpdir(), 'redrive-'));
const open: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const part of open.reverse()) {
    await part.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The queues of a stack and the one function that reads them. */
function assemble(name: string, connect: (stack: cdk.Stack, reader: lambda.Function, dead: sqs.Queue) => void, code = HANDLER) {
  const app = new cdk.App({ outdir: join(folder, name), analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Stack');
  const reader = new lambda.Function(stack, 'Reader', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(code),
    timeout: cdk.Duration.seconds(1),
  });
  connect(stack, reader, new sqs.Queue(stack, 'Dead'));
  app.synth();
  return loadAssembly(app.outdir, resourceTypes);
}

/** Sends to the queue `Queue`, and waits for dead letters. */
async function run(assembly: ReturnType<typeof assemble>, bodies: string[], deadLetters: number, timeout = 30_000) {
  const clock = createClock(1);
  const engines = await startEngines(await installEngines(() => {}), () => {});
  open.push(engines);
  await provision(assembly, engines, clock);
  const started = await startServices([iam, queues], { assembly, engines, clock });
  open.push(started);
  const { endpoint } = started;
  const logs = createLogSink();
  const batches: string[][] = [];
  logs.onLine(({ message }) => {
    const [, read] = /bodies:(.*)/.exec(message) ?? [];
    batches.push(...(read === undefined ? [] : [(JSON.parse(read) as string[]).sort()]));
  });
  const deletions: number[] = [];
  endpoint.onCall(({ operation, status }) => operation === 'DeleteMessageBatch' && deletions.push(status));
  const functions = await startFunctions({ assembly, endpoint, clock, logs, node: async () => process.execPath });
  open.push(functions);

  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const client = new SQSClient({ endpoint: endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } });
  open.push({ close: async () => client.destroy() });
  const urlOf = (id: string) => assembly.ref(assembly.ofType('AWS::SQS::Queue').filter(({ logicalId }) => logicalId.startsWith(id))[0]);
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf('Queue'), Entries }));
  await functions.startEventSources();

  const dead: Message[] = [];
  for (const end = Date.now() + timeout; dead.length < deadLetters && Date.now() < end; ) {
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: urlOf('Dead'), WaitTimeSeconds: 1 }));
    dead.push(...(Messages ?? []));
  }
  return { dead: dead.map(({ Body }) => Body).sort(), batches, deletions };
}

const sorted = (words: string[]) => [...words].sort();

// Documented: "Handling errors for an SQS event source in Lambda"; "Using dead-letter queues in Amazon SQS".
test('a message that always fails goes to the dead-letter queue alone; the rest of its batch is deleted', async () => {
  const assembly = assemble('partial', (stack, reader, dead) => {
    const queue = new sqs.Queue(stack, 'Queue', {
      visibilityTimeout: cdk.Duration.seconds(2),
      deadLetterQueue: { queue: dead, maxReceiveCount: MAXIMUM_RECEIVES },
    });
    const maxBatchingWindow = cdk.Duration.seconds(1);
    reader.addEventSource(new SqsEventSource(queue, { batchSize: 10, maxBatchingWindow, reportBatchItemFailures: true }));
  });
  const bodies = ['one', 'poison', 'two', 'three'];
  const { dead, batches, deletions } = await run(assembly, bodies, 1);
  expect(dead).toEqual(['poison']);
  expect(batches).toEqual([sorted(bodies), ['poison'], ['poison']]);
  expect(deletions).toEqual([200]);
});

// Documented on the same page: a function error fails the whole batch. A function may have several mappings ("Configuring scaling
// behavior for SQS event source mappings", maximum concurrency of each).
test('a message that kills or hangs the function fails its batch; in the next queue, with a batch size of 1, it fails alone', async () => {
  const assembly = assemble('killed', (stack, reader, dead) => {
    const visibilityTimeout = cdk.Duration.seconds(2);
    const retry = new sqs.Queue(stack, 'Retry', { visibilityTimeout, deadLetterQueue: { queue: dead, maxReceiveCount: MAXIMUM_RECEIVES } });
    const queue = new sqs.Queue(stack, 'Queue', { visibilityTimeout, deadLetterQueue: { queue: retry, maxReceiveCount: 1 } });
    const maxBatchingWindow = cdk.Duration.seconds(1);
    reader.addEventSource(new SqsEventSource(queue, { batchSize: 10, maxBatchingWindow, reportBatchItemFailures: true }));
    reader.addEventSource(new SqsEventSource(retry, { batchSize: 1, reportBatchItemFailures: true }));
  });
  const bodies = ['one', 'exit', 'two', 'loop', 'three'];
  const { dead, batches, deletions } = await run(assembly, bodies, 2);
  expect(dead).toEqual(['exit', 'loop']);
  const [first, ...alone] = batches;
  expect(first).toEqual(sorted(bodies));
  // The receive count continues in the second queue: one, and two more.
  expect(sorted(alone.map(([body, ...others]) => [body, ...others].join()))).toEqual(
    sorted(['one', 'two', 'three', 'exit', 'exit', 'loop', 'loop']),
  );
  expect(deletions).toEqual([200, 200, 200]);
});

// Documented: "Use Lambda recursive loop detection to prevent infinite loops".
test.each<[string, lambda.RecursiveLoop, number]>([
  ['is stopped after 16 invocations, and its message goes to the dead-letter queue', lambda.RecursiveLoop.TERMINATE, 16],
  ['continues if RecursiveLoop is Allow', lambda.RecursiveLoop.ALLOW, 20],
])('a function that invokes itself through its queue %s', async (_, loop, invocations) => {
  const assembly = assemble(
    loop,
    (stack, reader, dead) => {
      const queue = new sqs.Queue(stack, 'Queue', {
        visibilityTimeout: cdk.Duration.seconds(2),
        deadLetterQueue: { queue: dead, maxReceiveCount: 1 },
      });
      (reader.node.defaultChild as lambda.CfnFunction).recursiveLoop = loop;
      reader.addEnvironment('QUEUE_URL', queue.queueUrl);
      queue.grantSendMessages(reader);
      reader.addEventSource(new SqsEventSource(queue, { batchSize: 1 }));
    },
    LOOP,
  );
  const isAllowed = loop === lambda.RecursiveLoop.ALLOW;
  const { dead, batches } = await run(assembly, ['1'], 1, isAllowed ? 5_000 : 30_000);
  expect(batches.flat()).toEqual(Array.from({ length: invocations }, (__, index) => String(index + 1)));
  expect(dead).toEqual(isAllowed ? [] : ['17']);
});
