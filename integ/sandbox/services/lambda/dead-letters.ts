import type { Assembly, Endpoint, Invocation, Json } from '../../contracts';
import { objectOf } from '../../protocol/json';
import type { FunctionConfiguration } from './configuration';
import { sendToQueue } from './send-to-queue';

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
  endpoint: Pick<Endpoint, 'url' | 'assumeAsService'>,
  configuration: FunctionConfiguration,
  { event, invocation }: GivenUp,
): Promise<void> {
  const { id, deadLetterArn } = configuration;
  if (deadLetterArn === undefined) return;
  const queue = assembly.byArn(deadLetterArn);
  if (queue === undefined) throw new Error(`${id}: its dead-letter queue ${deadLetterArn} is not one of the assembly`);
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  await sendToQueue(assembly, endpoint, configuration, {
    QueueUrl: assembly.ref(queue),
    MessageBody: JSON.stringify(event),
    MessageAttributes: {
      RequestID: text(invocation.requestId),
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: text(errorMessage(invocation.payload).slice(0, MESSAGE_LIMIT)),
    },
  });
}

/** Documented for CreateFunction: a role that may not send to the queue of DeadLetterConfig is rejected. */
export function checkDeadLetters({ id, roleArn, deadLetterArn }: FunctionConfiguration, endpoint: Pick<Endpoint, 'denial'>): void {
  if (deadLetterArn === undefined) return;
  if (endpoint.denial({ roleArn }, { action: 'sqs:SendMessage', resource: deadLetterArn, context: {} }) !== undefined) {
    throw new Error(
      `InvalidParameterValueException (${id}): The provided execution role does not have permissions to call SendMessage on SQS`,
    );
  }
}

function errorMessage(payload: Json): string {
  const message = objectOf(payload).errorMessage;
  // SQS takes no empty value.
  return typeof message === 'string' && message !== '' ? message : 'Unhandled';
}
