// A separate process that sends requests at the times of a plan, whatever the answers do (see load-client.ts). Latencies count from the
// time at which a request was due: a request that had to wait because an earlier one was slow shows that wait (no coordinated omission).
import { Agent, request } from 'node:http';

/** Time for the timers to be set before the first request is due. */
const LEAD_MS = 20;
const REPORT_INTERVAL_MS = 200;

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

let stopped = false;

process.on('message', (message) => {
  if ('requests' in message) run(message);
  else stopped = true;
});

async function run({ load, origin, requests, timeoutMs }) {
  stopped = false;
  const began = performance.now() + LEAD_MS;
  let answered = [];
  const report = (done) => {
    if (done || answered.length > 0) process.send({ load, answers: answered, done });
    answered = [];
  };
  const reporting = setInterval(report, REPORT_INTERVAL_MS, false);
  const all = [];
  for (const [index, planned] of requests.entries()) {
    const due = began + planned.dueMs;
    const early = due - performance.now();
    if (early > 0) await new Promise((wake) => setTimeout(wake, early));
    if (stopped) break;
    all.push(send(origin, planned, due, timeoutMs).then((answer) => answered.push({ index, ...answer })));
  }
  await Promise.all(all);
  clearInterval(reporting);
  report(true);
}

function send(origin, { method, path, headers, body, expected, capture }, due, timeoutMs) {
  const sent = performance.now();
  return new Promise((resolve) => {
    const call = request(`${origin}${path}`, {
      method,
      agent,
      headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    const timer = setTimeout(() => call.destroy(Object.assign(new Error(), { code: 'timeout' })), timeoutMs);
    const done = (answer) => {
      clearTimeout(timer);
      const now = performance.now();
      resolve({ ...answer, milliseconds: now - due, lateMs: sent - due });
    };
    call.on('response', (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('error', ({ code = 'error' }) => done({ status: 0, error: code }));
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isExpected = expected === undefined || text.includes(expected);
        const retryAfter = reply.headers['retry-after'];
        const captured = capture === undefined ? undefined : new RegExp(capture).exec(text)?.[1];
        done({
          status: reply.statusCode,
          ...(isExpected ? {} : { error: 'unexpected body' }),
          ...(retryAfter && { retryAfter }),
          ...(captured === undefined ? {} : { captured }),
        });
      });
    });
    call.on('error', ({ code = 'error' }) => done({ status: 0, error: code }));
    call.end(body);
  });
}
