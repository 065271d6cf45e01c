import type { Session } from '../iam/sessions';
import { createSessions } from '../iam/sessions';
import { sha256, signatureOf } from '../protocol/signature';
import { sign } from '../testing/sign';
import { authenticate } from './authenticate';

const sessions = createSessions();
const role = (lifetime?: number): Session =>
  sessions.open({ arn: 'arn:aws:sts::1:assumed-role/R/s', tags: {}, userId: 'AROA:s', lifetime });
const request = { method: 'POST', url: '/', headers: { host: 'h', 'x-amz-target': 'T.Op' } as Record<string, string>, body: '{}' };
const signed = async ({ credentials }: Session, more: Record<string, string> = {}) => ({
  ...request,
  headers: await sign({ ...request, headers: { ...request.headers, ...more } }, credentials, { service: 'sqs', region: 'us-east-1' }),
});
const verdict = (sent: typeof request) => {
  const found = authenticate(sent, sessions, 'us-east-1');
  return 'session' in found ? 'known' : found.code;
};
const replaced = (sent: typeof request, change: (authorization: string) => string) => ({
  ...sent,
  headers: { ...sent.headers, authorization: change(sent.headers.authorization) },
});

test('a signed request is authenticated, with and without a session token, including the hash of its body', async () => {
  const hash = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
  for (const session of [role(), role(60_000)]) {
    expect(verdict(await signed(session))).toBe('known');
    expect(verdict(await signed(session, { 'x-amz-content-sha256': hash }))).toBe('known');
  }
});

test.each<[string, (sent: typeof request) => typeof request]>([
  ['another body', (sent) => ({ ...sent, body: '{"a":1}' })],
  ['another path', (sent) => ({ ...sent, url: '/other' })],
  ['another query', (sent) => ({ ...sent, url: '/?a=1' })],
  ['another method', (sent) => ({ ...sent, method: 'GET' })],
  ['another value of a signed header', (sent) => ({ ...sent, headers: { ...sent.headers, 'x-amz-target': 'T.Other' } })],
  ['a missing signed header', ({ headers: { 'x-amz-target': _, ...headers }, ...sent }) => ({ ...sent, headers })],
  ['another signature', (sent) => replaced(sent, (text) => text.replace(/[0-9a-f]{64}$/, '0'.repeat(64)))],
  ['header names in another order', (sent) => replaced(sent, (text) => text.replace('host;x-amz-date', 'x-amz-date;host'))],
  ['a repeated name', (sent) => replaced(sent, (text) => text.replace('host;', 'host;host;'))],
  ['a header that objects inherit', (sent) => replaced(sent, (text) => text.replace('host;', 'constructor;host;'))],
])('a request with %s is rejected', async (_, change) => {
  expect(verdict(change(await signed(role(60_000))))).toBe('InvalidSignatureException');
});

test.each<[string, (names: string[]) => string[]]>([
  ['without the date', (names) => names.filter((name) => name !== 'x-amz-date')],
  ['without the token', (names) => names.filter((name) => name !== 'x-amz-security-token')],
  ['with names in another order', (names) => [...names].reverse()],
  ['with a repeated name', (names) => ['host', ...names]],
  ['with a missing header', (names) => [...names, 'x-other']],
  ['with a header that objects inherit', (names) => ['constructor', ...names]],
])('a valid signature %s is rejected', async (_, change) => {
  const session = role(60_000);
  const sent = await signed(session);
  const again = (names: readonly string[]) => {
    const scope = { date: sent.headers['x-amz-date'], region: 'us-east-1', service: 'sqs' };
    const signature = signatureOf(sent, names, sha256(sent.body), scope, session.credentials);
    return replaced(sent, (text) => text.replace(/SignedHeaders=.*$/, `SignedHeaders=${names.join(';')}, Signature=${signature}`));
  };
  const names = ['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target'];
  expect(verdict(again(names))).toBe('known');
  expect(verdict(again(change(names)))).toBe('InvalidSignatureException');
});

test('a body that does not match its signed hash is rejected', async () => {
  const sent = await signed(role(), { 'x-amz-content-sha256': '0'.repeat(64) });
  expect(verdict(sent)).toBe('InvalidSignatureException');
  const changed = await signed(role(), { 'x-amz-content-sha256': '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' });
  expect(verdict({ ...changed, body: '{"a":1}' })).toBe('InvalidSignatureException');
});
