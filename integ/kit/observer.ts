import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Sandbox } from '../sandbox';
import { sdkSettings } from './sdk-settings';

export type Item = Record<string, AttributeValue>;

/** Clients with all permissions, to inspect the data of a run. */
export interface Observer {
  readonly sqs: SQSClient;
  items(tableName: string): Promise<Item[]>;
  /** The number of messages in a queue, including those in flight. */
  depth(queueUrl: string): Promise<number>;
  /** Every message of a queue; they become visible again immediately. */
  messages(queueUrl: string): Promise<Message[]>;
  close(): void;
}

export function createObserver(sandbox: Sandbox): Observer {
  const settings = sdkSettings(sandbox);
  const dynamodb = new DynamoDBClient(settings);
  const sqs = new SQSClient(settings);
  return {
    sqs,
    async items(tableName) {
      const items: Item[] = [];
      for await (const page of paginateScan({ client: dynamodb }, { TableName: tableName })) items.push(...(page.Items ?? []));
      return items;
    },
    async depth(queueUrl) {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }));
      return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    },
    async messages(queueUrl) {
      const found: Message[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: 3600,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        );
        if (Messages.length === 0) break;
        found.push(...Messages);
      }
      for (let from = 0; from < found.length; from += 10) {
        const Entries = found
          .slice(from, from + 10)
          .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
        await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
      }
      return found;
    },
    close() {
      dynamodb.destroy();
      sqs.destroy();
    },
  };
}
