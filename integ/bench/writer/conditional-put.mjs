// Code without a library: all messages of a batch at once, each with a put that fails if the item exists.
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { itemOf } from './item.mjs';

const client = new DynamoDBClient({});

async function put(record) {
  try {
    await client.send(
      new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: itemOf(record), ConditionExpression: 'attribute_not_exists(pk)' }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

export const handler = async ({ Records }) => {
  const results = await Promise.allSettled(Records.map(put));
  return {
    batchItemFailures: Records.filter((_, index) => results[index].status === 'rejected').map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  };
};
