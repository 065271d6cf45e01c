import { request } from 'node:http';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ACCOUNT, assemble, failure, openTestEndpoint, type TestEndpoint } from '../../testing/endpoint';
import { sign } from '../../testing/sign';

let sandbox: TestEndpoint;
const clients: SQSClient[] = [];

beforeAll(async () => {
  const assembly = assemble((stack) => {
    const role = (roleName: string) =>
      new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const masterKey = new kms.Key(stack, 'Key');
    new kms.Alias(stack, 'Alias', { aliasName: 'alias/mine', targetKey: masterKey });
    const dead = new sqs.Queue(stack, 'Dead', { queueName: 'dead' });
    const queue = new sqs.Queue(stack, 'Queue', {
      queueName: 'inbox',
      visibilityTimeout: cdk.Duration.seconds(60),
      deadLetterQueue: { queue: dead, maxReceiveCount: 1 },
      enforceSSL: true,
    });
    const secret = new sqs.CfnQueue(stack, 'Secret', { queueName: 'secret', kmsMasterKeyId: 'alias/mine' });
    const producer = role('Producer');
    queue.grantSendMessages(producer);
    producer.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [secret.attrArn] }));
    const encryptor = role('Encryptor');
    encryptor.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage', 'sqs:ReceiveMessage'], resources: [secret.attrArn] }));
    encryptor.addToPolicy(
      new iam.PolicyStatement({
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: [masterKey.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com', 'kms:EncryptionContext:aws:sqs:arn': secret.attrArn },
        },
      }),
    );
    const halfEncryptor = role('HalfEncryptor');
    halfEncryptor.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [secret.attrArn] }));
    halfEncryptor.addToPolicy(new iam.PolicyStatement({ actions: ['kms:GenerateDataKey'], resources: [masterKey.keyArn] }));
    const consumer = role('Consumer');
    queue.grantConsumeMessages(consumer);
    const operator = role('Operator');
    operator.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:*'], resources: [queue.queueArn, dead.queueArn] }));
    const half = role('HalfOperator');
    half.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:*'], resources: [dead.queueArn] }));
  });
  sandbox = await openTestEndpoint(assembly, { engines: true });
});
afterAll(async () => {
  for (const client of clients) {
    client.destroy();
  }
  await sandbox.close();
});

const url = (name: string) => `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/${name}`;
const arn = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
const QueueUrl = url('inbox');
function as(role: string, endpoint = sandbox): SQSClient {
  const client = new SQSClient({ endpoint: endpoint.endpoint.url, region: 'us-east-1', credentials: endpoint.as(role), maxAttempts: 1 });
  clients.push(client);
  return client;
}
const send = (input: Partial<SendMessageCommandInput>, role = 'Producer') =>
  as(role).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', ...input }));
async function receive(name: string, role = 'Operator') {
  const { Messages = [] } = await as(role).send(
    new ReceiveMessageCommand({
      QueueUrl: url(name),
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
}
async function drain(name: string) {
  const messages = await receive(name);
  if (messages.length > 0) {
    const Entries = messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await as('Operator').send(new DeleteMessageBatchCommand({ QueueUrl: url(name), Entries }));
  }
  return messages;
}

describe('JSON protocol', () => {
  test('a message arrives unchanged, with the queue URL of the template', async () => {
    const body = '{"text":"é & < 💯\\u0001"}\r\n\t=%25+';
    await send({ MessageBody: body, MessageGroupId: 't-1', MessageAttributes: { tenant: { DataType: 'String', StringValue: 'é&=+' } } });
    const [message] = await drain('inbox');
    expect(message).toMatchObject({
      Body: body,
      Attributes: { MessageGroupId: 't-1' },
      MessageAttributes: { tenant: { StringValue: 'é&=+' } },
    });
  });

  test('a denied call has the message and the code of SQS', async () => {
    const error = await failure(as('Producer').send(new ReceiveMessageCommand({ QueueUrl })));
    expect(error.$metadata?.httpStatusCode).toBe(403);
    expect(error.message).toBe(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/Producer/session is not authorized to perform: sqs:receivemessage on resource: ${arn('inbox')} because no identity-based policy allows the sqs:receivemessage action`,
    );
  });

  test('batches require the single action (documented: Actions, resources, and condition keys for Amazon SQS), and an invalid entry fails alone', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'x' },
      { Id: 'bad', MessageBody: 'x\u0000' },
      { Id: 'empty', MessageBody: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
    ];
    const { Successful, Failed } = await as('Producer').send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
      ['bad', 'InvalidMessageContents', true],
      ['empty', 'InvalidParameterValue', true],
    ]);
    await drain('inbox');
  });

  test('concurrent messages arrive once each, and each sender gets its own response', async () => {
    const client = as('Operator');
    const to = url('dead');
    const bodies = Array.from({ length: 45 }, (_, number) => `burst-${number}`);
    const answers = await Promise.all(
      bodies.map(async (body, number) => {
        const MessageAttributes = { number: { DataType: 'Number', StringValue: String(number) } };
        // The SDK verifies the digest of the body.
        const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl: to, MessageBody: body, MessageAttributes }));
        return [MessageId, body, String(number)];
      }),
    );
    const found: unknown[] = [];
    for (let turn = 0; turn < 20 && found.length < bodies.length; turn++) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: to, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      );
      for (const { MessageId, Body, MessageAttributes, ReceiptHandle } of Messages) {
        found.push([MessageId, Body, MessageAttributes?.number.StringValue]);
        await client.send(new DeleteMessageCommand({ QueueUrl: to, ReceiptHandle }));
      }
    }
    expect(found).toHaveLength(45);
    expect(new Set(found.map(String))).toEqual(new Set(answers.map(String)));
  });

  test('an unknown queue does not exist', async () => {
    const { expiration: _, ...credentials } = sandbox.endpoint.administrator();
    const root = new SQSClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    clients.push(root);
    expect((await failure(root.send(new ReceiveMessageCommand({ QueueUrl: url('nowhere') })))).name).toBe('QueueDoesNotExist');
    const { QueueUrls = [] } = await root.send(new ListQueuesCommand({}));
    expect(QueueUrls).toContain(`${sandbox.endpoint.url}/${ACCOUNT}/inbox`);
    // SDKs call the host of the queue URL.
    const { QueueUrl: found } = await root.send(new GetQueueUrlCommand({ QueueName: 'inbox' }));
    const { Attributes } = await root.send(new GetQueueAttributesCommand({ QueueUrl: found, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      QueueArn: arn('inbox'),
      VisibilityTimeout: '60',
      Policy: expect.stringContaining('aws:SecureTransport'),
    });
  });
});

describe('messages that SQS rejects', () => {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  // documented: SendMessage (SQS API Reference), Amazon SQS message quotas, Message metadata for Amazon SQS
  test.each<[string, Partial<SendMessageCommandInput>, string]>([
    ['a control character in the body', { MessageBody: 'a\u0008' }, 'InvalidMessageContents'],
    ['a noncharacter in the body', { MessageBody: 'a\ufffe' }, 'InvalidMessageContents'],
    ['an empty attribute', { MessageAttributes: { a: text('') } }, 'InvalidParameterValue'],
    ['a control character in an attribute', { MessageAttributes: { a: text('\u0001') } }, 'InvalidParameterValue'],
    [
      'eleven attributes',
      { MessageAttributes: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`a${at}`, text('x')])) },
      'InvalidParameterValue',
    ],
    ['a name that begins with AWS.', { MessageAttributes: { 'AWS.a': text('x') } }, 'InvalidParameterValue'],
    ['an invalid number', { MessageAttributes: { a: { DataType: 'Number', StringValue: 'x' } } }, 'InvalidParameterValue'],
    ['1 MiB and a byte', { MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    [
      '1 MiB with the attributes counted',
      { MessageBody: 'x'.repeat(1_048_570), MessageAttributes: { a: text('x') } },
      'InvalidParameterValue',
    ],
    ['a group with a space', { MessageGroupId: 'a b' }, 'InvalidParameterValue'],
    ['a group of 129 characters', { MessageGroupId: 'a'.repeat(129) }, 'InvalidParameterValue'],
    ['a delay of 901 seconds', { DelaySeconds: 901 }, 'InvalidParameterValue'],
  ])('%s', async (_, input, code) => {
    expect((await failure(send(input))).name).toBe(code);
    expect(await receive('inbox')).toEqual([]);
  });

  test('exactly 1 MiB is accepted', async () => {
    await send({ MessageBody: 'x'.repeat(1_048_576 - 'aStringx'.length), MessageAttributes: { a: text('x') } });
    expect(await drain('inbox')).toHaveLength(1);
  });

  test('a batch of more than 1 MiB in all', async () => {
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) }));
    expect((await failure(as('Producer').send(new SendMessageBatchCommand({ QueueUrl, Entries })))).name).toBe('BatchRequestTooLong');
  });
});

describe('query protocol, as API Gateway and old clients use it', () => {
  async function form(body: string, { accept = 'application/json', path = `/${ACCOUNT}/inbox`, role = 'Producer' } = {}) {
    const headers = { host: 'sqs.us-east-1.amazonaws.com', accept, 'content-type': 'application/x-www-form-urlencoded' };
    const signed = await sign({ method: 'POST', url: path, headers, body }, sandbox.as(role), { service: 'sqs', region: 'us-east-1' });
    const response = await rawPost(path, signed, body);
    return { status: response.status, text: response.text };
  }
  /** Sends a request with its own Host header, which fetch does not allow. */
  function rawPost(path: string, headers: Record<string, string>, body: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${sandbox.endpoint.url}${path}`,
        { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
  const attribute = (at: number, name: string, value: string) =>
    `&MessageAttribute.${at}.Name=${name}&MessageAttribute.${at}.Value.DataType=String&MessageAttribute.${at}.Value.StringValue=${encodeURIComponent(value)}`;

  test('a message from API Gateway arrives unchanged, and the response is JSON', async () => {
    const body = '{"a":"é+&=%26;\u2028"}';
    const { status, text } = await form(
      `Action=SendMessage&MessageBody=${encodeURIComponent(body)}&MessageGroupId=t-1${attribute(1, 'tenant', 't-1')}${attribute(2, 'key', 'a&b')}`,
    );
    expect([status, Object.keys(JSON.parse(text).SendMessageResponse.SendMessageResult)]).toEqual([
      200,
      expect.arrayContaining(['MessageId', 'MD5OfMessageBody']),
    ]);
    const [message] = await drain('inbox');
    expect(message.Body).toBe(body);
    expect(message.Attributes?.MessageGroupId).toBe('t-1');
    expect(Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue])).toEqual([
      ['tenant', 't-1'],
      ['key', 'a&b'],
    ]);
  });

  test.each<[string, string, number, string]>([
    ['an empty attribute', `Action=SendMessage&MessageBody=x${attribute(1, 'key', '')}`, 400, 'InvalidParameterValue'],
    ['a repeated parameter', 'Action=SendMessage&MessageBody=x&MessageBody=y', 400, 'MalformedQueryString'],
    ['an unknown parameter', 'Action=SendMessage&MessageBody=x&Tenant=y', 400, 'InvalidParameterValue'],
    ['a broken escape', 'Action=SendMessage&MessageBody=%E0%A4', 400, 'MalformedQueryString'],
    ['an action without permission', 'Action=ReceiveMessage', 403, 'AccessDenied'],
  ])('%s is rejected', async (_, body, status, code) => {
    const reply = await form(body);
    expect([reply.status, JSON.parse(reply.text).Error.Code]).toEqual([status, code]);
    expect(await receive('inbox')).toEqual([]);
  });

  test('old clients get XML, with the queue in a parameter', async () => {
    const sent = await form(`Action=SendMessage&QueueUrl=${encodeURIComponent(QueueUrl)}&MessageBody=%3C%26%3E`, {
      accept: '*/*',
      path: '/',
    });
    expect(sent.text).toMatch(
      /<SendMessageResponse xmlns="http:\/\/queue.amazonaws.com\/doc\/2012-11-05\/"><SendMessageResult><MessageId>/,
    );
    const received = await form('Action=ReceiveMessage&AttributeName.1=All', { accept: '*/*', role: 'Operator' });
    expect(received.text).toMatch(/<ReceiveMessageResult><Message>.*<Body>&lt;&amp;&gt;<\/Body>.*<Attribute><Name>SenderId<\/Name>/);
    const handle = /<ReceiptHandle>(.*?)<\/ReceiptHandle>/.exec(received.text)?.[1] ?? '';
    const deleted = await form(`Action=DeleteMessage&ReceiptHandle=${encodeURIComponent(handle)}`, { accept: '*/*', role: 'Operator' });
    expect([deleted.status, deleted.text]).toEqual([200, expect.stringContaining('<DeleteMessageResponse')]);
    expect((await form('Action=ReceiveMessage', { accept: '*/*' })).text).toContain('<Code>AccessDenied</Code>');
  });
});

describe('a queue with a customer managed key (documented: Amazon SQS key management)', () => {
  test.each([
    ['Producer', 'kms:GenerateDataKey'],
    ['HalfEncryptor', 'kms:Decrypt'],
  ])('%s cannot send without %s', async (role, action) => {
    const error = await failure(send({ QueueUrl: url('secret') }, role));
    expect([error.name, error.message]).toEqual([
      'KmsAccessDenied',
      expect.stringContaining(`is not authorized to perform: ${action} on resource: arn:aws:kms:`),
    ]);
  });

  test('a role with both, for this queue and only through SQS, sends and receives', async () => {
    await send({ QueueUrl: url('secret') }, 'Encryptor');
    expect(await receive('secret', 'Encryptor')).toHaveLength(1);
  });
});

describe('dead letters', () => {
  async function kill(...bodies: string[]) {
    for (const MessageBody of bodies) {
      await send({ MessageBody, MessageGroupId: 'g', MessageAttributes: { tenant: { DataType: 'String', StringValue: 't-1' } } });
    }
    const consumer = as('Consumer');
    for (const { ReceiptHandle } of await receive('inbox', 'Consumer')) {
      await consumer.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
    expect(await receive('inbox', 'Consumer')).toEqual([]);
  }
  const finished = async (SourceArn: string) => {
    for (;;) {
      const { Results = [] } = await as('Operator').send(new ListMessageMoveTasksCommand({ SourceArn }));
      if (Results[0]?.Status !== 'RUNNING') {
        return Results[0];
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  // documented: Configure a dead-letter queue redrive using the Amazon SQS API
  test('return to their source queue, with their attributes and new IDs', async () => {
    await kill('one', 'two');
    const { TaskHandle } = await as('Operator').send(new StartMessageMoveTaskCommand({ SourceArn: arn('dead') }));
    expect(TaskHandle).toBeTruthy();
    expect(await finished(arn('dead'))).toMatchObject({
      Status: 'COMPLETED',
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
    });
    const messages = await drain('inbox');
    expect(messages.map(({ Body }) => Body).sort()).toEqual(['one', 'two']);
    expect(messages[0]).toMatchObject({
      Attributes: { MessageGroupId: 'g', ApproximateReceiveCount: '1' },
      MessageAttributes: { tenant: { StringValue: 't-1' } },
    });
    expect(await receive('dead')).toEqual([]);
  });

  test('require permission to send to the destination (documented: Configuring queue permissions for dead-letter queue redrive)', async () => {
    const error = await failure(as('HalfOperator').send(new StartMessageMoveTaskCommand({ SourceArn: arn('dead') })));
    expect(error.message).toContain(`is not authorized to perform: sqs:sendmessage on resource: ${arn('inbox')}`);
  });

  test('can only be moved from a dead-letter queue', async () => {
    const error = await failure(as('Operator').send(new StartMessageMoveTaskCommand({ SourceArn: arn('inbox') })));
    expect(error.message).toBe('Source queue must be configured as a Dead Letter Queue.');
  });
});

test('times in calls use the clock, and are returned as they were sent', async () => {
  const fast = await openTestEndpoint(sandbox.assembly, { engines: sandbox.engines, speed: 20 });
  const operator = as('Operator', fast);
  await operator.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '120' } }));
  const { Attributes } = await operator.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }));
  expect(Attributes).toEqual({ VisibilityTimeout: '120' });
  await operator.send(new SendMessageCommand({ QueueUrl: url('dead'), MessageBody: 'x' }));
  const take = async (VisibilityTimeout: number) =>
    (await operator.send(new ReceiveMessageCommand({ QueueUrl: url('dead'), VisibilityTimeout, WaitTimeSeconds: 20 }))).Messages;
  const first = await take(20);
  expect(first).toHaveLength(1);
  const started = Date.now();
  const again = (await take(20)) ?? (await take(20));
  expect(again).toHaveLength(1);
  expect(Date.now() - started).toBeLessThan(3000);
  await operator.send(new DeleteMessageCommand({ QueueUrl: url('dead'), ReceiptHandle: again?.[0].ReceiptHandle }));
  await fast.close();
});
