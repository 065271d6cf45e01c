'use strict';
// Loaded before a function's code. Sends requests for AWS host names and for mapped hosts to SANDBOX_EGRESS on this machine, which forwards
// them by their Host header. Blocks all other connections to hosts outside this machine.
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { syncBuiltinESMExports } = require('node:module');
const { urlToHttpOptions } = require('node:url');

const egress = new URL(process.env.SANDBOX_EGRESS);
const isLocal = (host) => host === undefined || host === null || /^(localhost|127(\.\d+){3}|\[?::1\]?|::ffff:127(\.\d+){3})$/i.test(host);
const mapped = new Set((process.env.SANDBOX_HOSTS ?? '').split(',').filter((host) => host !== ''));
const isPublished = (host) => /\.(?:amazonaws|amazoncognito)\.com$/i.test(host ?? '') || mapped.has(host);

function optionsOf(parameters) {
  const [first, second, third] = parameters;
  if (typeof first === 'string' || first instanceof URL) {
    const base = urlToHttpOptions(new URL(first));
    return typeof second === 'function' ? [base, second] : [{ ...base, ...second }, third];
  }
  return [{ ...first }, second];
}

function redirected(original) {
  return (...parameters) => {
    const [options, callback] = optionsOf(parameters);
    const host = options.hostname ?? options.host;
    if (!isPublished(host)) {
      return original(...parameters);
    }
    const { agent, createConnection, servername, host: _host, defaultPort, ...rest } = options;
    const local = { ...rest, protocol: 'http:', hostname: egress.hostname, port: egress.port, headers: withHost(options.headers, host) };
    return request(local, callback);
  };
}

function withHost(headers, host) {
  if (Array.isArray(headers)) {
    return headers.some((name, index) => index % 2 === 0 && String(name).toLowerCase() === 'host') ? headers : [...headers, 'Host', host];
  }
  const given = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'host');
  return given ? headers : { ...headers, Host: host };
}

const request = http.request;
const secureRequest = https.request;
for (const [module, original] of [
  [http, request],
  [https, secureRequest],
]) {
  module.request = redirected(original);
  module.get = (...parameters) => module.request(...parameters).end();
}

const realFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (!isPublished(url.hostname)) {
    return realFetch(input, init);
  }
  const target = new URL(url.pathname + url.search, egress);
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  // fetch sets the Host header itself.
  headers.set('x-sandbox-host', url.host);
  return input instanceof Request
    ? realFetch(new Request(target, input), { ...init, headers, ...(input.body ? { duplex: 'half' } : {}) })
    : realFetch(target, { ...init, headers });
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...parameters) {
  const first = Array.isArray(parameters[0]) ? parameters[0][0] : parameters[0];
  const options = first !== null && typeof first === 'object' ? first : { port: first, host: parameters[1] };
  const host = typeof options.host === 'string' ? options.host : undefined;
  if (typeof options.path !== 'string' && !isLocal(host)) {
    process.nextTick(() =>
      this.destroy(new Error(`${host}:${options.port} is blocked: the sandbox only allows connections to this machine`)),
    );
    return this;
  }
  return connect.apply(this, parameters);
};
syncBuiltinESMExports();
