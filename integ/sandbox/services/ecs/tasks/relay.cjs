'use strict';
// The only way in and out of a task's network. It runs in that network, and reaches the sandbox by sockets in a folder that both see:
// what arrives at in-<port> goes to the port of the task, and what a container sends to one of the addresses goes to `out`, with its destination
// in the first line.
const { execFileSync } = require('node:child_process');
const { createServer, connect } = require('node:net');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const { folder, python, script, privateIp, addresses, ports, names } = JSON.parse(process.argv[2]);

// As Docker does since 20.10, so that the user of a container may listen on any port.
writeFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0');
execFileSync(python, ['-I', '-c', script, ...addresses], { stdio: 'inherit' });

function bridge(from, to) {
  from.on('error', () => to.destroy()).on('close', () => to.destroy());
  to.on('error', () => from.destroy()).on('close', () => from.destroy());
  from.pipe(to).pipe(from);
}

const listening = (server, ...where) => new Promise((resolve, reject) => server.once('error', reject).listen(...where, resolve));
const options = { allowHalfOpen: true, noDelay: true };

async function main() {
  // Not 127.0.0.1: a program that listens there only cannot be reached on AWS either.
  const inbound = ports.map((port) =>
    listening(
      createServer(options, (socket) => bridge(socket, connect({ host: privateIp, port, ...options }))),
      join(folder, `in-${port}`),
    ),
  );
  const outbound = names.map(({ host, address, port }) =>
    listening(
      createServer(options, (socket) => {
        const out = connect({ path: join(folder, 'out'), ...options });
        out.write(`${JSON.stringify({ host, port })}\n`);
        bridge(socket, out);
      }),
      port,
      address,
    ),
  );
  await Promise.all([...inbound, ...outbound]);
  process.stdout.write('ready\n');
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
