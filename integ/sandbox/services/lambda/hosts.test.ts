import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listen } from '../../process/loopback';
import { functionsOfEachTest, inline } from './testing';

const CALLS = `
const https = require('node:https');
const get = (url) => new Promise((resolve) => {
  https.get(url, (reply) => { let body = ''; reply.on('data', (part) => { body += part; }); reply.on('end', () => resolve(body)); })
    .on('error', (error) => resolve(error.message));
});
exports.handler = async () => ({
  fetch: await fetch('https://api.outside.example/a?b=1').then((reply) => reply.text()),
  https: await get('https://api.outside.example/c'),
  other: await get('https://other.example/'),
});`;
const start = functionsOfEachTest();

test('a function reaches a mapped host at the server that it is mapped to, and no other host', async () => {
  const seen: [string | undefined, IncomingHttpHeaders][] = [];
  const server = await listen(
    createServer(({ url, headers }, outgoing) => {
      seen.push([url, headers]);
      outgoing.end(`answer to ${url}`);
    }),
  );
  try {
    const { invoke } = await start({ Fn: inline(CALLS) }, { hosts: new Map([['https://api.outside.example', server.origin]]) });
    expect((await invoke('Fn')).payload).toEqual({
      fetch: 'answer to /a?b=1',
      https: 'answer to /c',
      other: expect.stringContaining('the sandbox only allows connections to this machine'),
    });
    expect(seen.map(([, { host }]) => host)).toEqual(['api.outside.example', 'api.outside.example']);
  } finally {
    await server.close();
  }
});
