// The load generator, in a separate process: it sends prepared bytes over keep-alive connections, one request at a time on
// each, and the next one as soon as the response is complete. It parses only the status and the length of a response.
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

process.on('message', async ({ port, requests, connections, count }) => {
  const bytes = requests.map((request) => Buffer.from(request));
  const milliseconds = new Float64Array(count);
  const statuses = {};
  let sent = 0;
  let done = 0;

  const work = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let began = 0;
      let pending = Buffer.alloc(0);
      const next = () => {
        if (sent === count) {
          socket.end();
          resolve();
          return;
        }
        began = performance.now();
        socket.write(bytes[sent++ % bytes.length]);
      };
      socket.on('connect', next);
      socket.on('error', reject);
      socket.on('close', () => (sent === count ? resolve() : reject(new Error('a connection was closed during a request'))));
      socket.on('data', (chunk) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        const end = pending.indexOf(HEAD_END);
        if (end < 0) return;
        const head = pending.toString('latin1', 0, end);
        const length = /\r\ncontent-length: *(\d+)/i.exec(head);
        if (!length) {
          reject(new Error(`a response without Content-Length: ${head}`));
          return;
        }
        const whole = end + HEAD_END.length + Number(length[1]);
        if (pending.length < whole) return;
        const status = head.slice(9, 12);
        statuses[status] ??= { count: 0, example: pending.toString('utf8', 0, whole) };
        statuses[status].count += 1;
        pending = pending.subarray(whole);
        milliseconds[done++] = performance.now() - began;
        next();
      });
    });

  try {
    const cpu = process.cpuUsage();
    const started = performance.now();
    await Promise.all(Array.from({ length: connections }, work));
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    milliseconds.sort();
    const at = (share) => milliseconds[Math.ceil(share * count) - 1];
    process.send({ seconds, cpuMilliseconds: (user + system) / 1000, statuses, p50: at(0.5), p95: at(0.95) });
  } catch (error) {
    process.send({ error: String(error.stack) });
  }
});
process.on('disconnect', () => process.exit());
