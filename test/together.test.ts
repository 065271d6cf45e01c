import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const together = (...commands: string[]) =>
  spawnSync(join(ROOT, 'node_modules/.bin/tsx'), ['projenrc/together.ts', ...commands], { cwd: ROOT, encoding: 'utf8' });

test('all commands run, the output of each is in one piece, and one that fails fails all', () => {
  const slow = 'echo one; sleep 0.3; echo two';
  const { status, stdout, stderr } = together('echo wrong >&2; exit 3', slow, 'echo three', 'kill -9 $$', 'echo four');
  expect([...stdout.split('\n')].sort()).toEqual(['', 'four', 'one', 'three', 'two', 'wrong']);
  expect(stdout).toContain('one\ntwo\n');
  expect(stderr.split('\n').sort()).toEqual(['', 'Failed: echo wrong >&2; exit 3', 'Failed: kill -9 $$']);
  expect(status).toBe(1);
});

test('without a failure, the status is 0', () => {
  expect(together('true', 'echo fine')).toMatchObject({ status: 0, stdout: 'fine\n', stderr: '' });
});
