import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

export const handler = async ({ body }) => {
  if (!body) return { statusCode: 400, body: 'the request has no body' };
  const Item = JSON.parse(body);
  try {
    await table.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(bookId)' }));
    return { statusCode: 201, body: JSON.stringify(Item) };
  } catch (error) {
    if (error.name === 'ConditionalCheckFailedException') return { statusCode: 409, body: `${Item.bookId} exists` };
    throw error;
  }
};
