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

const HANDLER = `
exports.handler = async ({ Records }) => {
  console.log('bodies:' + JSON.stringify(Records.map(({ body }) => body)));
  return { batchItemFailures: Records.filter(({ body }) => body === 'poison').map(({ messageId }) => ({ itemIdentifier: messageId })) };
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

function assemble() {
  const app = new cdk.App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Stack');
  const queue = new sqs.Queue(stack, 'Queue', {
    visibilityTimeout: cdk.Duration.seconds(2),
    deadLetterQueue: { queue: new sqs.Queue(stack, 'Dead'), maxReceiveCount: MAXIMUM_RECEIVES },
  });
  const reader = new lambda.Function(stack, 'Reader', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(HANDLER),
    timeout: cdk.Duration.seconds(1),
  });
  const maxBatchingWindow = cdk.Duration.seconds(1);
  reader.addEventSource(new SqsEventSource(queue, { batchSize: 10, maxBatchingWindow, reportBatchItemFailures: true }));
  app.synth();
  return loadAssembly(app.outdir, resourceTypes);
}

// Documented: "Handling errors for an SQS event source in Lambda"; "Using dead-letter queues in Amazon SQS".
test('a message that fails each time is dead after its receives, alone; the rest of its batch is deleted once', async () => {
  const assembly = assemble();
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
    const [, bodies] = /bodies:(.*)/.exec(message) ?? [];
    batches.push(...(bodies === undefined ? [] : [JSON.parse(bodies) as string[]]));
  });
  const deletions: number[] = [];
  endpoint.onCall(({ operation, status }) => operation === 'DeleteMessageBatch' && deletions.push(status));
  const functions = await startFunctions({ assembly, endpoint, clock, logs, node: async () => process.execPath });
  open.push(functions);

  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const client = new SQSClient({ endpoint: endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } });
  open.push({ close: async () => client.destroy() });
  const urlOf = (id: string) => assembly.ref(assembly.ofType('AWS::SQS::Queue').filter(({ logicalId }) => logicalId.startsWith(id))[0]);
  const bodies = ['one', 'poison', 'two', 'three'];
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf('Queue'), Entries }));
  await functions.startEventSources();

  const dead: Message[] = [];
  for (const end = Date.now() + 30_000; dead.length === 0 && Date.now() < end; ) {
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: urlOf('Dead'), WaitTimeSeconds: 1 }));
    dead.push(...(Messages ?? []));
  }
  expect(dead.map(({ Body }) => Body)).toEqual(['poison']);
  expect(batches.map((batch) => [...batch].sort())).toEqual([[...bodies].sort(), ['poison'], ['poison']]);
  expect(deletions).toEqual([200]);
});
