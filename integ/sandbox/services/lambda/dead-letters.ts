import type { Assembly, Endpoint, Json } from '../../contracts';
import { objectOf } from '../../protocol/json';
import type { FunctionConfiguration } from './configuration';
import type { Ended } from './destinations';
import { sendToQueue } from './send-to-queue';

const MESSAGE_LIMIT = 1024;

/**
 * Sends a failed event to the function's dead-letter queue, with the function's role. Documented: "Adding a dead-letter queue": the
 * unchanged event, and three attributes. ErrorCode is 200 for a function error, as in the response of Invoke.
 *
 * @throws errors of SQS
 */
export async function sendDeadLetter(
  assembly: Assembly,
  endpoint: Pick<Endpoint, 'url' | 'assumeAsService'>,
  configuration: FunctionConfiguration,
  { event, invocation }: Pick<Ended, 'event' | 'invocation'>,
): Promise<void> {
  const { id, deadLetterArn } = configuration;
  if (deadLetterArn === undefined) return;
  const queue = assembly.byArn(deadLetterArn);
  if (queue === undefined) throw new Error(`${id}: the dead-letter queue ${deadLetterArn} is not a queue of the assembly`);
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

/** Rejects a role that may not send to the dead-letter queue, as documented for CreateFunction. */
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
  // SQS does not accept empty values.
  return typeof message === 'string' && message !== '' ? message : 'Unhandled';
}
