import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient();

export const handler = async ({ name }) => {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: process.env.TABLE, Key: { name: { S: name } } }));
  return `${process.env.GREETING}: ${name} is ${Item?.value.S ?? 'unknown'}`;
};
