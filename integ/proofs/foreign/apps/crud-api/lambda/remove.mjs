import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

export const handler = async ({ pathParameters }) => {
  await table.send(new DeleteCommand({ TableName, Key: { bookId: pathParameters.id } }));
  return { statusCode: 204 };
};
