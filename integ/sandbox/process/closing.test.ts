import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

test('a second signal ends the process at once, although a part is still closing', async () => {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '-e',
      `const { closing } = require(${JSON.stringify(join(__dirname, 'closing.ts'))});
       setInterval(() => {}, 1000); // Listening for signals does not keep a process alive.
       closing().add({ close: () => { console.log('closing'); return new Promise(() => {}); } }).then(() => console.log('started'));`,
    ],
    { cwd: join(__dirname, '..', '..', '..') },
  );
  const exited = once(child, 'exit');
  expect(String(await once(child.stdout, 'data'))).toBe('started\n');
  child.kill('SIGINT');
  expect(String(await once(child.stdout, 'data'))).toBe('closing\n');
  child.kill('SIGINT');
  expect(await exited).toEqual([130, null]);
});
