import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Invocation, Json, JsonObject } from '../../../contracts';
import { createClock } from '../../../process/clock';
import { TooManyRequests } from '../pool';
import { problemsOf } from '../problems';
import { assemblyOf, functionArn, inline, openTestEndpoint } from '../testing';
import { type EventSource, openEventSources } from '.';

type Stored = {
  MessageId: string;
  Body: string;
  ReceiptHandle: string;
  Attributes: object;
  MessageAttributes?: object;
  MD5OfBody: string;
  visible: number;
  deleted: boolean;
};

/** The part of SQS that the poller uses, with a visibility timeout of 500 ms. It records the callers. */
function fakeQueue() {
  const stored: Stored[] = [];
  const callers = new Set<string>();
  const server: Server = createServer(async (request, response) => {
    callers.add(String(request.headers['x-amz-security-token']));
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    const input = JSON.parse(body);
    const reply = String(request.headers['x-amz-target']).endsWith('ReceiveMessage') ? receive(input) : remove(input);
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' }).end(JSON.stringify(reply));
  });
  const receive = ({ MaxNumberOfMessages }: { MaxNumberOfMessages: number }) => {
    const found = stored.filter((message) => !message.deleted && message.visible <= Date.now()).slice(0, MaxNumberOfMessages);
    for (const message of found) {
      message.visible = Date.now() + 500;
    }
    return { Messages: found.map(({ visible, deleted, ...message }) => message) };
  };
  const remove = ({ Entries }: { Entries: { Id: string; ReceiptHandle: string }[] }) => {
    for (const { ReceiptHandle } of Entries) {
      const message = stored.find((one) => one.ReceiptHandle === ReceiptHandle);
      if (message) {
        message.deleted = true;
      }
    }
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
  };
  return {
    stored,
    callers,
    send: (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const id = String(stored.length);
        stored.push({
          MessageId: `m${id}`,
          Body: id,
          ReceiptHandle: `r${id}`,
          Attributes: { MessageGroupId: 'school' },
          MD5OfBody: createHash('md5').update(id).digest('hex'),
          visible: 0,
          deleted: false,
        });
      }
    },
    open: () =>
      new Promise<string>((resolve) =>
        server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
      ),
    close: () => server.closeAllConnections() ?? server.close(),
  };
}

const queueArn = 'arn:aws:sqs:us-east-1:123456789012:Queue';
const templateOf = (mapping: JsonObject, queueProperties: JsonObject = {}) =>
  assemblyOf({
    Queue: { type: 'AWS::SQS::Queue', properties: queueProperties },
    Fn: inline(''),
    Mapping: { type: 'AWS::Lambda::EventSourceMapping', properties: { EventSourceArn: queueArn, FunctionName: 'Fn', ...mapping } },
  });

const open = (
  assembly: ReturnType<typeof assemblyOf>,
  invoke: (arn: string, event: Json) => Promise<Invocation>,
  endpoint = openTestEndpoint(),
) => openEventSources({ assembly, endpoint, clock: createClock(1), invoke, report: (line) => problems.push(line) });

/** What the mappings reported. */
const problems: string[] = [];

const answer = (payload: Json = null): Invocation => ({ requestId: 'r', payload, milliseconds: 1 });

describe('a mapping', () => {
  let sources: EventSource[] = [];
  const queue = { current: fakeQueue() };
  beforeEach(() => {
    queue.current = fakeQueue();
  });
  afterEach(async () => {
    await Promise.all(sources.map((source) => source.close()));
    queue.current.close();
    expect(problems).toEqual([]);
  });

  async function poll(mapping: JsonObject, invoke: (arn: string, event: Json) => Promise<Invocation>) {
    const endpoint = openTestEndpoint(await queue.current.open());
    sources = await open(templateOf(mapping), invoke, endpoint);
  }
  const until = async (condition: () => boolean) => {
    for (const started = Date.now(); !condition() && Date.now() - started < 8000; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  test('delivers messages in the documented format, with the function’s role, and deletes them', async () => {
    const events: Json[] = [];
    queue.current.send(1);
    await poll({}, async (arn, event) => {
      events.push([arn, event]);
      return answer();
    });
    await until(() => queue.current.stored.every(({ deleted }) => deleted));
    expect(events).toEqual([
      [
        functionArn('Fn'),
        {
          Records: [
            {
              messageId: 'm0',
              receiptHandle: 'r0',
              body: '0',
              attributes: { MessageGroupId: 'school' },
              messageAttributes: {},
              md5OfBody: 'cfcd208495d565ef66e7dff9f98764da',
              eventSource: 'aws:sqs',
              eventSourceARN: queueArn,
              awsRegion: 'us-east-1',
            },
          ],
        },
      ],
    ]);
    expect([...queue.current.callers]).toEqual(['arn:aws:iam::123456789012:role/Role']);
  });

  test('leaves failed messages in the queue until they are visible again, and deletes the others', async () => {
    const seen: string[][] = [];
    queue.current.send(3);
    await poll({ FunctionResponseTypes: ['ReportBatchItemFailures'] }, async (_arn, event) => {
      const ids = (event as { Records: { messageId: string }[] }).Records.map(({ messageId }) => messageId);
      seen.push(ids);
      return answer({ batchItemFailures: seen.length === 1 ? [{ itemIdentifier: 'm1' }] : [] });
    });
    await until(() => queue.current.stored.every(({ deleted }) => deleted));
    expect(seen).toEqual([['m0', 'm1', 'm2'], ['m1']]);
  });

  test('never has more batches in flight than MaximumConcurrency', async () => {
    let underWay = 0;
    let most = 0;
    queue.current.send(60);
    await poll({ ScalingConfig: { MaximumConcurrency: 2 } }, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 30));
      underWay -= 1;
      return answer();
    });
    await until(() => queue.current.stored.every(({ deleted }) => deleted));
    expect(most).toBe(2);
  });

  test('retries a throttled batch', async () => {
    let calls = 0;
    queue.current.send(1);
    await poll({}, async () => {
      calls += 1;
      if (calls === 1) {
        throw new TooManyRequests('ConcurrentInvocationLimitExceeded');
      }
      return answer();
    });
    await until(() => queue.current.stored.every(({ deleted }) => deleted));
    expect(calls).toBe(2);
  });

  test('receives nothing while it is disabled or paused', async () => {
    let events = 0;
    await poll({ Enabled: false }, async () => {
      events += 1;
      return answer();
    });
    queue.current.send(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events).toBe(0);
    sources[0]?.resume();
    await until(() => events === 1);
    await sources[0]?.pause();
    queue.current.send(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events).toBe(1);
  });
});

describe('a mapping is rejected as on AWS, or because it is not supported', () => {
  test.each<[JsonObject, JsonObject, string]>([
    [{ BatchSize: 50 }, {}, 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10'],
    [{}, { VisibilityTimeout: 2 }, 'Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds'],
    [{ ScalingConfig: { MaximumConcurrency: 1 } }, {}, 'MaximumConcurrency is 1 (Stack.Mapping): it must be a whole number from 2 to 1000'],
    [{ BatchSize: 0 }, {}, 'BatchSize is 0 (Stack.Mapping): it must be a whole number from 1 to 10000'],
    [{ BatchSize: 'ten' }, {}, 'BatchSize is "ten" (Stack.Mapping): it must be a whole number from 1 to 10000'],
    [
      { MaximumBatchingWindowInSeconds: 301 },
      {},
      'MaximumBatchingWindowInSeconds is 301 (Stack.Mapping): it must be a whole number from 0 to 300',
    ],
    [{ FunctionResponseTypes: ['All'] }, {}, 'EventSourceMapping.FunctionResponseTypes is not supported (Stack.Mapping): ["All"]'],
    [{ FilterCriteria: {} }, {}, 'AWS::Lambda::EventSourceMapping.FilterCriteria is not supported (Stack.Mapping)'],
    [
      { EventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/s' },
      {},
      'AWS::Lambda::EventSourceMapping.EventSourceArn is not supported (Stack.Mapping): arn:aws:kinesis',
    ],
    [{ FunctionName: 'Other' }, {}, 'Function not found: Other'],
  ])('%j with a queue of %j', (mapping, queueProperties, message) => {
    expect(problemsOf(templateOf(mapping, queueProperties)).map(({ message }) => message)).toEqual([expect.stringContaining(message)]);
  });

  test('a role that may not delete messages (documented: execution role permissions)', async () => {
    const endpoint = openTestEndpoint();
    endpoint.denied.add('sqs:DeleteMessage');
    await expect(open(templateOf({}), async () => answer(), endpoint)).rejects.toThrow(
      'InvalidParameterValueException (Stack.Mapping): The function execution role does not have permissions to call DeleteMessage on SQS',
    );
  });
});

test('a mapping that is not supported is left out and reported', async () => {
  const reported: string[] = [];
  const assembly = templateOf({ FilterCriteria: {} });
  const options = { assembly, endpoint: openTestEndpoint(), clock: createClock(1), invoke: async () => answer() };
  expect(await openEventSources({ ...options, report: (line) => reported.push(line) })).toEqual([]);
  expect(reported).toEqual([expect.stringMatching(/^Stack.Mapping is left out: .*FilterCriteria is not supported/)]);
});

test('a clock speed at which a message is visible again before its function times out is reported', async () => {
  const reported: string[] = [];
  const assembly = templateOf({ Enabled: false }, { VisibilityTimeout: 20 });
  const options = { assembly, endpoint: openTestEndpoint(), invoke: async () => answer(), report: (line: string) => reported.push(line) };
  const started = [
    ...(await openEventSources({ ...options, clock: createClock(5) })),
    ...(await openEventSources({ ...options, clock: createClock(10) })),
  ];
  await Promise.all(started.map((source) => source.close()));
  expect(reported).toEqual([expect.stringContaining('at speed 10 a message is visible again after 2 s of real time')]);
});

test('a poller requests credentials once per half of their lifetime, however short it is', async () => {
  const queue = fakeQueue();
  const endpoint = openTestEndpoint(await queue.open());
  const invoked: number[] = [];
  const assumeAsService = () => {
    invoked.push(Date.now());
    return { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiration: Date.now() + 2000 };
  };
  const [source] = await open(templateOf({}), async () => answer(), { ...endpoint, assumeAsService });
  for (let round = 0; round < 7; round += 1) {
    queue.send(1);
    await new Promise((done) => setTimeout(done, 200));
  }
  await source?.close();
  queue.close();
  expect(queue.stored.filter(({ deleted }) => deleted).length).toBeGreaterThan(4);
  expect(invoked).toHaveLength(2);
});
