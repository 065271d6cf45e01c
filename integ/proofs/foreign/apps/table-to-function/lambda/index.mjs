import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});

export async function handler({ Records }) {
  for (const { eventName, dynamodb: change } of Records) {
    console.log(eventName, JSON.stringify(change.Keys));
    const amount = amountOf(change.NewImage) - amountOf(change.OldImage);
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: process.env.TOTALS,
        Key: { shop: change.Keys.shop },
        UpdateExpression: 'ADD amount :amount',
        ExpressionAttributeValues: { ':amount': { N: String(amount) } },
      }),
    );
  }
}

function amountOf(image) {
  if (image === undefined) return 0;
  if (image.amount === undefined) throw new Error('A sale needs an amount');
  return Number(image.amount.N);
}
