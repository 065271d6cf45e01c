import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient();

export async function handler({ pathParameters: { page } }) {
  const { Attributes } = await dynamodb.send(
    new UpdateItemCommand({
      TableName: process.env.VISITS,
      Key: { page: { S: page } },
      UpdateExpression: 'ADD visits :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return { statusCode: 200, body: `${page}: ${Attributes.visits.N}` };
}
