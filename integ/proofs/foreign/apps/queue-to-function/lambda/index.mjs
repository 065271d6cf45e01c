import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient();

export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    try {
      const { order, pieces } = JSON.parse(body);
      await dynamodb.send(
        new PutItemCommand({ TableName: process.env.TABLE, Item: { order: { S: order }, pieces: { N: String(pieces) } } }),
      );
    } catch (error) {
      console.error(`Cannot store ${messageId}: ${error.message}`);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
