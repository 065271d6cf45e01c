// A server that answers at once: what a load generator measures here is its own cost.
import { createServer } from 'node:http';

const server = createServer((incoming, outgoing) => {
  incoming.resume().on('end', () => outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
});
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
