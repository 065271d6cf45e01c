import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { foreignApp } from '../../foreign-app';

export default foreignApp('queue-to-function', {
  shows: 'A queue with a dead-letter queue, and a function that reads it',
  questions: [
    {
      asks: 'a message that the function stores',
      async ask(app) {
        const MessageBody = JSON.stringify({ order: 'A-1', pieces: 12 });
        await new SQSClient(app.aws).send(new SendMessageCommand({ QueueUrl: app.output('OrdersUrl'), MessageBody }));
        const dynamodb = new DynamoDBClient(app.aws);
        const get = new GetItemCommand({ TableName: app.output('TableName'), Key: { order: { S: 'A-1' } }, ConsistentRead: true });
        return app.eventually(async () => (await dynamodb.send(get)).Item);
      },
      answer: { order: { S: 'A-1' }, pieces: { N: '12' } },
    },
    {
      asks: 'a message that fails three times',
      async ask(app) {
        const sqs = new SQSClient(app.aws);
        await sqs.send(new SendMessageCommand({ QueueUrl: app.output('OrdersUrl'), MessageBody: 'twelve pieces, please' }));
        const receive = new ReceiveMessageCommand({
          QueueUrl: app.output('FailedUrl'),
          MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'],
        });
        const message = await app.eventually(async () => (await sqs.send(receive)).Messages?.[0]);
        return [message.Body, message.Attributes?.DeadLetterQueueSourceArn?.includes('QueueToFunction-Orders')];
      },
      answer: ['twelve pieces, please', true],
    },
  ],
});
