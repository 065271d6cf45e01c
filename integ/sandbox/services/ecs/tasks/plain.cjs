'use strict';
// Loaded before a container's program where this machine allows no namespaces: a task then has ports of this machine. The port that the program
// listens on is exchanged for the one that the task got (SANDBOX_PORTS), and names for the ports that lead to them (SANDBOX_NAMES).
const net = require('node:net');

const ports = JSON.parse(process.env.SANDBOX_PORTS ?? '{}');
const names = JSON.parse(process.env.SANDBOX_NAMES ?? '{}');
const isLocal = (host) => host === undefined || host === null || /^(localhost|127(\.\d+){3}|\[?::1\]?|0\.0\.0\.0)$/i.test(host);

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  const [first, ...rest] = given;
  const port = Number(first !== null && typeof first === 'object' ? first.port : first);
  const own = ports[port];
  if (own === undefined) return listen.apply(this, given);
  const callback = rest.find((value) => typeof value === 'function');
  return listen.call(this, { ...(typeof first === 'object' ? first : {}), port: own, host: '127.0.0.1' }, callback);
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options === null || typeof options !== 'object' || typeof options.path === 'string') return connect.apply(this, given);
  const { host, port } = options;
  const own = isLocal(host) ? ports[port] : names[`${host}:${port}`];
  if (own === undefined && !isLocal(host)) {
    process.nextTick(() => this.destroy(new Error(`${host}:${port} does not lead anywhere here`)));
    return this;
  }
  if (own !== undefined) Object.assign(options, { host: '127.0.0.1', port: own, lookup: undefined });
  return connect.apply(this, given);
};
