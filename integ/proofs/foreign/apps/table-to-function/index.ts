import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const clientOf = (app: RunningApp) => new DynamoDBClient(app.aws);
const put = (app: RunningApp, sale: string, more: object) =>
  clientOf(app).send(new PutItemCommand({ TableName: app.output('SalesName'), Item: { shop: { S: 'Lima' }, sale: { S: sale }, ...more } }));

/** The total, as soon as it is the expected one; another one fails by the time limit. */
const total = (app: RunningApp, expected: string) => {
  const get = new GetItemCommand({ TableName: app.output('TotalsName'), Key: { shop: { S: 'Lima' } }, ConsistentRead: true });
  return app.eventually(async () => {
    const amount = (await clientOf(app).send(get)).Item?.amount.N;
    return amount === expected ? amount : undefined;
  });
};

export default foreignApp('table-to-function', {
  shows: 'A table whose stream invokes a function, with a queue for discarded records',
  questions: [
    {
      asks: 'two new sales',
      async ask(app) {
        await put(app, '1', { amount: { N: '30' } });
        await put(app, '2', { amount: { N: '12' } });
        return total(app, '42');
      },
      answer: '42',
    },
    {
      asks: 'a changed and a deleted sale',
      async ask(app) {
        await put(app, '2', { amount: { N: '20' } });
        const Key = { shop: { S: 'Lima' }, sale: { S: '1' } };
        await clientOf(app).send(new DeleteItemCommand({ TableName: app.output('SalesName'), Key }));
        return total(app, '20');
      },
      answer: '20',
    },
    {
      asks: 'a sale that the function cannot add, and one after it',
      async ask(app) {
        await put(app, '3', { note: { S: 'free of charge' } });
        await put(app, '4', { amount: { N: '5' } });
        const receive = new ReceiveMessageCommand({ QueueUrl: app.output('DiscardedUrl') });
        const message = await app.eventually(async () => (await new SQSClient(app.aws).send(receive)).Messages?.[0]);
        const { requestContext, DDBStreamBatchInfo } = JSON.parse(message.Body ?? '{}');
        return [requestContext.condition, DDBStreamBatchInfo.batchSize, await total(app, '25')];
      },
      answer: ['RetryAttemptsExhausted', 1, '25'],
    },
  ],
});
