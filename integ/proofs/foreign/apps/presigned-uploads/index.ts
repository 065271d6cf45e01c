import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const post = (app: RunningApp, body: object, key?: string) =>
  app.http(`${app.output('Url')}files`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'x-api-key': key }) },
    body: JSON.stringify(body),
  });
const KEY = 'a-partner-key-of-twenty-letters';

export default foreignApp('presigned-uploads', {
  shows: 'An API with API keys and validation that returns presigned URLs of a bucket',
  questions: [
    {
      asks: 'POST /files without a key',
      ask: (app) => post(app, { name: 'a.txt' }),
      answer: { status: 403, body: '{"message":"Forbidden"}' },
    },
    {
      asks: 'POST /files with an invalid name',
      async ask(app) {
        const { status, body } = await post(app, { name: 'A B' }, KEY);
        return [status, JSON.parse(body)];
      },
      answer: [400, { message: 'Invalid request body' }],
    },
    {
      asks: 'an upload and a download by presigned URLs',
      async ask(app) {
        const { status, body } = await post(app, { name: 'a.txt' }, KEY);
        if (status !== 201) return [status, body];
        const { upload, download } = JSON.parse(body);
        const put = await app.http(upload, { method: 'PUT', body: 'twelve lines' });
        const get = await app.http(download);
        return [put.status, get.status, get.body];
      },
      answer: [200, 200, 'twelve lines'],
    },
  ],
});
