import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

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
const server = createServer(({ url, headers }, response) => {
  if (url === '/health') {
    response.writeHead(200).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(
    JSON.stringify({
      path: url,
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
