import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Message } from './messages';

/** Documented: SendMessageBatch (Amazon SQS API Reference). */
const BATCH = 10;

/** Sends messages to a queue. @throws when one of them was not accepted */
export async function queueMessages(
  client: SQSClient,
  QueueUrl: string,
  messages: readonly Message[],
  DelaySeconds: number,
): Promise<void> {
  for (let from = 0; from < messages.length; from += BATCH) {
    const Entries = messages.slice(from, from + BATCH).map((message, index) => ({
      ...{ Id: String(index), MessageBody: JSON.stringify(message), DelaySeconds },
    }));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`${Failed.length} messages were not sent: ${Failed[0].Code}`);
  }
}
