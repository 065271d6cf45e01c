'use strict';
// The only way in and out of a task's network, whose interface ends here (namespaces.py). It reaches the sandbox by sockets in a folder that both
// see: what arrives at in-<port> goes to the port of the task, and what a container sends to an address goes to `out`, with its destination in
// the first line.
const { spawn } = require('node:child_process');
const { createServer, connect } = require('node:net');
const { join } = require('node:path');

const { folder, python, script, network, ports, names, peerPorts } = JSON.parse(process.argv[2]);

function bridge(from, to) {
  from.on('error', () => to.destroy()).on('close', () => to.destroy());
  to.on('error', () => from.destroy()).on('close', () => from.destroy());
  from.pipe(to).pipe(from);
}

const listening = (server, ...where) => new Promise((resolve, reject) => server.once('error', reject).listen(...where, resolve));
const options = { allowHalfOpen: true, noDelay: true };

/** The process id in the task's network, once it is ready. */
function openNetwork() {
  const child = spawn(python, ['-I', '-c', script, JSON.stringify(network)], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', () => reject(new Error('the network of the task has ended')));
    child.stdout.on('data', (line) => resolve(Number(/^network (\d+)/.exec(String(line))?.[1])));
  });
}

const hosts = new Map(names.map(({ host, address, port }) => [`${address}:${port}`, host]));

async function main() {
  const pid = await openNetwork();
  // The private address, not 127.0.0.1: a program that listens there only cannot be reached on AWS either.
  const inbound = ports.map((port) =>
    listening(
      createServer(options, (socket) => bridge(socket, connect({ host: network.privateIp, port, ...options }))),
      join(folder, `in-${port}`),
    ),
  );
  // All addresses are local here: the one that a container has chosen is that of the socket.
  const outbound = [...new Set([...names.map(({ port }) => port), ...peerPorts])].map((port) =>
    listening(
      createServer(options, (socket) => {
        const address = socket.localAddress;
        const out = connect({ path: join(folder, 'out'), ...options });
        out.write(`${JSON.stringify({ host: hosts.get(`${address}:${port}`) ?? address, port })}\n`);
        bridge(socket, out);
      }),
      port,
      '0.0.0.0',
    ),
  );
  await Promise.all([...inbound, ...outbound]);
  process.stdout.write(`ready ${pid}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
