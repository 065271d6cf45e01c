import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

/** The status and the body, as far as AWS documents it. */
const get = (authorization?: string) => async (app: RunningApp) => {
  const headers = authorization === undefined ? undefined : { authorization };
  const { status, body } = await app.http(`${app.output('Url')}status`, { headers });
  return [status, JSON.parse(body)];
};

export default foreignApp('token-authorizer', {
  shows: 'A REST API with a Lambda authorizer of tokens, functions in TypeScript',
  questions: [
    // The context of an authorizer reaches the function as strings.
    { asks: 'GET /status, allowed', ask: get('let-me-in'), answer: [200, { visitor: 'visitor', floor: '3' }] },
    { asks: 'GET /status, denied', ask: async (app) => (await get('not-me')(app))[0], answer: 403 },
    { asks: 'GET /status, unauthorized', ask: get('nobody'), answer: [401, { message: 'Unauthorized' }] },
    { asks: 'GET /status, an error of the authorizer', ask: get('what'), answer: [500, { message: null }] },
    { asks: 'GET /status without a token', ask: get(), answer: [401, { message: 'Unauthorized' }] },
  ],
});
