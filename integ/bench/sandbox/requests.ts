import { randomBytes } from 'node:crypto';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from '../../sandbox/contracts';

/** A message as the API's mapping template renders it: a small body, and the message attributes. */
const MESSAGE = {
  MessageBody: JSON.stringify({ student: 'student-1', page: '/today' }),
  MessageAttributes: {
    tenant: { DataType: 'String', StringValue: 'school-01' },
    correlationId: { DataType: 'String', StringValue: 'S-D5rG9QFiAFnVg=' },
    idempotencyKey: { DataType: 'String', StringValue: 'recess-1-school-01-1' },
  },
};

interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An SQS client, and the address of its requests. */
export interface Caller {
  readonly url: string;
  readonly credentials: Credentials;
}

/** A SendMessage request. */
export const sendMessage = (queueUrl: string) => (client: SQSClient) =>
  client.send(new SendMessageCommand({ QueueUrl: queueUrl, ...MESSAGE }));

/** A GetQueueUrl request. */
export const getQueueUrl = (queueName: string) => (client: SQSClient) => client.send(new GetQueueUrlCommand({ QueueName: queueName }));

/** Requests as the AWS SDK writes and signs them, each with its own id and signature. */
export async function signed(
  { url, credentials: { accessKeyId, secretAccessKey, sessionToken } }: Caller,
  call: (client: SQSClient) => Promise<unknown>,
  count: number,
): Promise<Buffer[]> {
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const client = new SQSClient({ endpoint: url, region: 'us-east-1', credentials, useQueueUrlAsEndpoint: false, md5: false });
  const requests: Buffer[] = [];
  // The last middleware before sending: the request is signed here.
  client.middlewareStack.add(
    () => async (args) => {
      requests.push(bytesOf(args.request as SignedRequest));
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'deserialize', priority: 'high' },
  );
  for (let number = 0; number < count; number++) await call(client);
  client.destroy();
  return requests;
}

/** A visit, as a school's app sends it. */
export function visit(url: string, token: string, number: number): Buffer {
  const { host, pathname } = new URL(url);
  return bytesOf({
    method: 'POST',
    path: pathname,
    headers: {
      host,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'accept-language': 'es-CO,es;q=0.9',
      origin: 'https://schools.example',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': `${number}-${randomBytes(8).toString('hex')}`,
    },
    body: JSON.stringify({ student: `student-${number}`, page: '/today' }),
  });
}

function bytesOf({ method, path, headers, body = '' }: SignedRequest): Buffer {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}
