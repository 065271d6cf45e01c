import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the health check gets: a version that fails it has another one. */
const HEALTH = Number(process.env.HEALTH ?? 200);
/** How long a request with this path takes: /echo/wait-200/x. */
const WAIT = /\/wait-(\d{1,4})\//;

/** What a file system says of a write: `written`, or the code of its error. */
function write(path) {
  try {
    writeFileSync(path, 'x');
    return 'written';
  } catch ({ code }) {
    return code;
  }
}

// Answers with what it got, and what it may do.
const server = createServer(async ({ url, headers }, response) => {
  if (url === '/health') {
    response.writeHead(HEALTH).end();
    return;
  }
  await sleep(Number(WAIT.exec(url)?.[1] ?? 0));
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(
    JSON.stringify({
      path: url,
      version: process.env.VERSION,
      tenant: headers['x-tenant-id'],
      tier: headers['x-tenant-tier'],
      user: process.getuid(),
      temporary: write('/tmp/file'),
      elsewhere: write('/app/file'),
    }),
  );
});
// Longer than the idle timeout of the load balancer.
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.PORT));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
