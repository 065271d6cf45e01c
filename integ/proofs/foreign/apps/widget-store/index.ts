import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const call = (method: string, path: string) => async (app: RunningApp) => {
  const { status, body } = await app.http(`${app.output('Widgets')}${path}`, { method });
  return [status, JSON.parse(body)];
};

export default foreignApp('widget-store', {
  shows: 'A REST API over the objects of a bucket that is emptied when it is deleted',
  questions: [
    { asks: 'POST /lamp', ask: call('POST', 'lamp'), answer: [200, { created: 'lamp' }] },
    { asks: 'GET /', ask: call('GET', ''), answer: [200, { widgets: ['lamp'] }] },
    { asks: 'GET /lamp', ask: call('GET', 'lamp'), answer: [200, { widget: 'lamp, made to order' }] },
    { asks: 'GET /chair', ask: call('GET', 'chair'), answer: [404, { error: 'NoSuchKey' }] },
    { asks: 'DELETE /lamp', ask: call('DELETE', 'lamp'), answer: [200, { deleted: 'lamp' }] },
    { asks: 'GET / after that', ask: call('GET', ''), answer: [200, { widgets: [] }] },
  ],
});
