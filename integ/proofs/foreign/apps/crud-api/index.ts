import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const call = (method: string, path: string, body?: object) => async (app: RunningApp) =>
  app.http(`${app.output('Address')}books${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });

const book = { bookId: 'b1', title: 'Platero y yo', pages: 192 };

export default foreignApp('crud-api', {
  shows: 'A table behind a REST API with CORS, one bundled function for each operation',
  questions: [
    { asks: 'POST /books', ask: call('POST', '', book), answer: { status: 201, body: JSON.stringify(book) } },
    { asks: 'POST /books again', ask: call('POST', '', book), answer: { status: 409, body: 'b1 exists' } },
    {
      asks: 'GET /books/b1',
      ask: async (app) => JSON.parse((await call('GET', '/b1')(app)).body),
      answer: book,
    },
    { asks: 'GET /books', ask: async (app) => JSON.parse((await call('GET', '')(app)).body), answer: [book] },
    { asks: 'DELETE /books/b1', ask: call('DELETE', '/b1'), answer: { status: 204, body: '' } },
    { asks: 'GET /books/b1 after that', ask: call('GET', '/b1'), answer: { status: 404, body: 'no such book' } },
    {
      asks: 'OPTIONS /books/b1',
      async ask(app) {
        const response = await fetch(`${app.output('Address')}books/b1`, { method: 'OPTIONS' });
        return [response.status, response.headers.get('access-control-allow-origin')];
      },
      answer: [204, '*'],
    },
    // The default gateway response to a method that does not exist.
    { asks: 'PUT /books', ask: call('PUT', ''), answer: { status: 403, body: '{"message":"Missing Authentication Token"}' } },
  ],
});
