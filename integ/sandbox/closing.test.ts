import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

test('told to end a second time, a process ends at once though a part is still closing', async () => {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '-e',
      `const { closing } = require(${JSON.stringify(join(__dirname, 'closing.ts'))});
       closing().add({ close: () => { console.log('closing'); return new Promise(() => {}); } }).then(() => console.log('started'));`,
    ],
    { cwd: join(__dirname, '..', '..') },
  );
  expect(String(await once(child.stdout, 'data'))).toBe('started\n');
  child.kill('SIGINT');
  expect(String(await once(child.stdout, 'data'))).toBe('closing\n');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
});
