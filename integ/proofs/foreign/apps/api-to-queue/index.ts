import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const post = async (app: RunningApp, contentType: string) => {
  const body = JSON.stringify({ to: 'Ana', text: 'See you at ten' });
  return app.http(`${app.output('Url')}letters`, { method: 'POST', headers: { 'content-type': contentType }, body });
};

export default foreignApp('api-to-queue', {
  shows: 'A REST API that sends to a queue directly, and a function that reads it',
  questions: [
    {
      asks: 'POST /letters',
      async ask(app) {
        const { status, body } = await post(app, 'application/json');
        if (status !== 200) return [status, body];
        const dynamodb = new DynamoDBClient(app.aws);
        const get = new GetItemCommand({ TableName: app.output('TableName'), Key: { id: { S: 'Ana' } } });
        const delivered = await app.eventually(async () => (await dynamodb.send(get)).Item);
        return [status, body, delivered.text.S];
      },
      answer: [200, '', 'See you at ten'],
    },
    {
      asks: 'POST /letters with a content type without a template',
      ask: async (app) => (await post(app, 'text/plain')).status,
      answer: 415,
    },
  ],
});
