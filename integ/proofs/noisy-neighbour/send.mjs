// A separate process that sends visits at a fixed rate, independent of the answers. Input message: { url, senders: [{ school, token }],
// perSecond, seconds, name }. Result: [{ school, status, milliseconds, retryAfter }], with times measured from when a request was due.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

process.on('message', async ({ url, senders, perSecond, seconds, name }) => {
  const total = Math.round(perSecond * seconds);
  const began = performance.now();
  const answers = [];
  for (let number = 0; number < total; number++) {
    const due = began + (number / perSecond) * 1000;
    const early = due - performance.now();
    if (early > 0) await new Promise((wake) => setTimeout(wake, early));
    answers.push(send(url, senders[number % senders.length], `${name}-${number}`, due));
  }
  process.send(await Promise.all(answers));
});

function send(url, { school, token }, key, due) {
  const body = JSON.stringify({ student: 'student-1', page: '/today' });
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': key,
  };
  return new Promise((resolve) => {
    const done = (status, retryAfter) => resolve({ school, status, milliseconds: performance.now() - due, retryAfter });
    const call = request(url, { method: 'POST', agent, headers }, (reply) => {
      reply.resume();
      reply.on('end', () => done(reply.statusCode, reply.headers['retry-after']));
    });
    call.on('error', () => done(0));
    call.end(body);
  });
}
