import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient();

export const handler = async ({ Records: [{ body }] }) => {
  const { to, text } = JSON.parse(body);
  await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: to }, text: { S: text } } }));
};
