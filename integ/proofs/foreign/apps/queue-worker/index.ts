import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { foreignApp } from '../../foreign-app';

export default foreignApp('queue-worker', {
  shows: 'A Fargate service that works through a queue',
  questions: [
    {
      asks: 'a message for the worker',
      async ask(app) {
        await new SQSClient(app.aws).send(new SendMessageCommand({ QueueUrl: app.output('QueueUrl'), MessageBody: 'murciélago' }));
        const dynamodb = new DynamoDBClient(app.aws);
        const get = new GetItemCommand({ TableName: app.output('ResultsName'), Key: { word: { S: 'murciélago' } } });
        return (await app.eventually(async () => (await dynamodb.send(get)).Item)).letters;
      },
      answer: { N: '10' },
    },
  ],
});
