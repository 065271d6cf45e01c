import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../kit/repository';
import { changed } from './break-assembly';
import { BREAKS } from './breaks';

test.each(Object.entries(BREAKS))('%s finds its texts in the sources', (_, { changes }) => {
  for (const file of new Set(changes.map((change) => change.file))) {
    const path = join(REPOSITORY, 'src', 'resilient-gov-sync', 'lambda', file);
    const source = readFileSync(path, 'utf8');
    expect(changed(source, path, changes)).not.toBe(source);
  }
});

test('a text that is no longer there is an error', () => {
  const change = { file: 'lease.ts', from: 'no such text', to: '' };
  expect(() => changed('const a = 1;', '/src/lambda/lease.ts', [change])).toThrow('nothing to break: expected the text no such text');
  expect(changed('const a = 1;', '/src/lambda/other.ts', [change])).toBe('const a = 1;');
});
