import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const TARGET = 'https://aws.amazon.com/cdk/';

async function visit(app: RunningApp, id: string) {
  const { status, headers } = await fetch(`${app.output('Address')}${id}`, { redirect: 'manual' });
  return [status, headers.get('location'), headers.get('x-visits')];
}

export default foreignApp('python-api', {
  shows: 'A Python function with a table, behind a REST API',
  questions: [
    { asks: 'GET /', ask: async (app) => app.http(app.output('Address')), answer: { status: 400, body: 'usage: ?targetUrl=URL' } },
    {
      asks: 'GET /?targetUrl=…',
      ask: async (app) => app.http(`${app.output('Address')}?targetUrl=${encodeURIComponent(TARGET)}`),
      answer: { status: 200, body: '{"id": "55ac1de4"}' },
    },
    {
      asks: 'two visits of the link',
      ask: async (app) => [await visit(app, '55ac1de4'), await visit(app, '55ac1de4')],
      answer: [
        [301, TARGET, '1'],
        [301, TARGET, '2'],
      ],
    },
    {
      asks: 'GET /unknown',
      ask: async (app) => app.http(`${app.output('Address')}unknown`),
      answer: { status: 404, body: 'no link unknown' },
    },
  ],
});
