import { createServer } from 'node:http';
import { listen } from '../sandbox/process/loopback';
import { type AlarmMessages, listenForAlarms, SECOND } from './alarm-messages';

let messages: AlarmMessages;
beforeEach(async () => {
  messages = await listenForAlarms();
  messages.follow({ now: () => 42 });
});
afterEach(() => messages.close());

const post = async (path: string, body: object | string) =>
  (await fetch(`${messages.origin}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })).status;
const notice = { AlarmName: 'Luca-A', NewStateValue: 'ALARM', NewStateReason: 'Threshold Crossed' };
const notification = { Type: 'Notification', Message: JSON.stringify(notice) };

test('a subscription is confirmed by a request to its URL, and not before', async () => {
  const requested: string[] = [];
  const server = await listen(
    createServer((request, response) => {
      requested.push(request.url ?? '');
      response.end();
    }),
  );
  expect(messages.isConfirmed).toBe(false);
  expect(await post('/first', { Type: 'SubscriptionConfirmation', SubscribeURL: `${server.origin}/confirm`, Message: '' })).toBe(200);
  expect(messages.isConfirmed).toBe(true);
  expect(requested).toEqual(['/confirm']);
  await server.close();
});

test('a message has its alarm, its state and the time of the clock', async () => {
  expect(await post('/first', notification)).toBe(200);
  expect(messages.all).toEqual([{ alarm: 'Luca-A', state: 'ALARM', reason: 'Threshold Crossed', arrivedAt: 42 }]);
});

test('the second address can stop to accept messages, and its messages do not count', async () => {
  expect(await post(SECOND, notification)).toBe(200);
  messages.accept(false);
  expect(await post(SECOND, notification)).toBe(410);
  expect(messages.all).toEqual([]);
});

test('what is no message is rejected', async () => {
  expect(await post('/first', 'no JSON')).toBe(400);
  expect(messages.all).toEqual([]);
});
