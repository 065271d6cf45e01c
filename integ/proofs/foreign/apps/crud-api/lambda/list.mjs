import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

export const handler = async () => {
  const { Items } = await table.send(new ScanCommand({ TableName }));
  return { statusCode: 200, body: JSON.stringify(Items) };
};
