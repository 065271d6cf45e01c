// A separate process that sends requests at a fixed rate, whatever the answers. Input messages: { url, tokens, perSecond, wait, from } to begin,
// and 'stop'. Each result is a message: { id, status, begun, ended, version }, with times in milliseconds since the epoch. The last one is 'end'.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 512 });
let running = false;

process.on('message', async (message) => {
  running = message !== 'stop';
  if (!running) return;
  const { url, tokens, perSecond, wait, from } = message;
  const began = performance.now();
  const sent = [];
  for (let number = 0; running; number++) {
    const soon = began + (number / perSecond) * 1000 - performance.now();
    if (soon > 0) await new Promise((wake) => setTimeout(wake, soon));
    const id = `request-${from + number}`;
    sent.push(get(`${url}/wait-${wait}/${id}`, tokens[number % tokens.length]).then((answer) => process.send({ id, ...answer })));
  }
  await Promise.all(sent);
  process.send('end');
});

function get(url, token) {
  const begun = Date.now();
  return new Promise((resolve) => {
    const done = (status, version) => resolve({ status, begun, ended: Date.now(), version });
    const call = request(url, { agent, headers: { authorization: `Bearer ${token}` } }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('end', () => done(reply.statusCode, versionIn(reply, chunks)));
      reply.on('error', () => done(0));
    });
    call.on('error', () => done(0));
    call.end();
  });
}

function versionIn({ statusCode }, chunks) {
  return statusCode === 200 ? JSON.parse(Buffer.concat(chunks)).version : undefined;
}
