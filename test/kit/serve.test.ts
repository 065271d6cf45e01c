import { execFileSync } from 'node:child_process';
import { describe as describeSystem } from '../../integ/kit/serve';
import { type RunningSystem, system } from '../../integ/kit/system';

const running = {
  sandbox: {
    assembly: { region: 'us-east-1', stacks: ['Notes'], outputs: () => ({ Onboarding: 'fn-1', Url: 'https://x.example' }) },
    endpoint: { url: 'http://127.0.0.1:1', administrator: () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret' }) },
  },
  address: 'http://127.0.0.1:2/prod',
  signIn: { page: 'http://127.0.0.1:3/login', username: 'a@b.example', password: 'pass', description: 'a teacher' },
  requests: [
    { title: 'Read', method: 'GET', path: '/notes' },
    { title: 'Write', method: 'POST', path: '/notes', body: { text: "it's $HOME" }, headers: { 'idempotency-key': 'one' } },
  ],
} as unknown as RunningSystem;
const text = describeSystem(
  system('notes', 'Notes of many', () => Promise.reject(new Error('never started'))),
  running,
  'ey.token',
);

test('prints URL, sign-in page, user, password, and a token in a shell variable', () => {
  for (const part of ['http://127.0.0.1:2/prod', 'http://127.0.0.1:3/login', 'a@b.example, a teacher', 'pass'])
    expect(text).toContain(part);
  expect(text).toContain('\nTOKEN=ey.token\n');
  expect(text).toContain('# Onboarding: fn-1');
});

test('requests are quoted for a shell, including quotes and dollar signs in a body', () => {
  const lines = text.split('\n').filter((line) => line.startsWith('curl ') || line.startsWith('TOKEN='));
  const script = `curl() { printf '%s\\n' "$@"; }\n${lines.join('\n')}`;
  const words = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n');
  expect(words).toEqual([
    ...['-i', '-w', '\\n', '-X', 'GET', 'http://127.0.0.1:2/prod/notes', '-H', 'Authorization: Bearer ey.token'],
    ...['-i', '-w', '\\n', '-X', 'POST', 'http://127.0.0.1:2/prod/notes', '-H', 'Authorization: Bearer ey.token'],
    ...['-H', 'idempotency-key: one', '-H', 'content-type: application/json', '-d', '{"text":"it\'s $HOME"}', ''],
  ]);
});
