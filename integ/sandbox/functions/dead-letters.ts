import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Assembly, Door, Invocation, Json } from '../contracts';
import type { FunctionConfiguration } from './configuration';

const MESSAGE_LIMIT = 1024;

/** An event of an asynchronous caller that failed each time. */
export interface GivenUp {
  readonly event: Json;
  /** The last try. */
  readonly invocation: Invocation;
}

/**
 * Sends an event to the dead-letter queue of its function, in the name of the function's role (documented: "Adding a dead-letter queue": the event
 * as it came, and three attributes). The code of a function that failed is 200, as that of its invocation.
 *
 * @throws what SQS answers
 */
export async function sendDeadLetter(
  assembly: Assembly,
  door: Pick<Door, 'url' | 'assumeAsService'>,
  { id, name, roleArn, deadLetterArn }: FunctionConfiguration,
  { event, invocation }: GivenUp,
): Promise<void> {
  if (deadLetterArn === undefined) return;
  const queue = assembly.byArn(deadLetterArn);
  if (queue === undefined) throw new Error(`${id}: its dead-letter queue ${deadLetterArn} is not one of the assembly`);
  const { accessKeyId, secretAccessKey, sessionToken } = door.assumeAsService(roleArn, 'lambda.amazonaws.com', name);
  const client = new SQSClient({
    endpoint: door.url,
    region: assembly.region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  try {
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    await client.send(
      new SendMessageCommand({
        QueueUrl: assembly.ref(queue),
        MessageBody: JSON.stringify(event),
        MessageAttributes: {
          RequestID: text(invocation.requestId),
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: text(errorMessage(invocation.payload).slice(0, MESSAGE_LIMIT)),
        },
      }),
    );
  } finally {
    client.destroy();
  }
}

/** Documented for CreateFunction: a role that may not send to the queue of DeadLetterConfig is rejected. */
export function checkDeadLetters({ id, roleArn, deadLetterArn }: FunctionConfiguration, door: Pick<Door, 'denial'>): void {
  if (deadLetterArn === undefined) return;
  if (door.denial({ roleArn }, { action: 'sqs:SendMessage', resource: deadLetterArn, context: {} }) !== undefined) {
    throw new Error(
      `InvalidParameterValueException (${id}): The provided execution role does not have permissions to call SendMessage on SQS`,
    );
  }
}

function errorMessage(payload: Json): string {
  const message = payload !== null && typeof payload === 'object' && !Array.isArray(payload) ? payload.errorMessage : undefined;
  // SQS takes no empty value.
  return typeof message === 'string' && message !== '' ? message : 'Unhandled';
}
