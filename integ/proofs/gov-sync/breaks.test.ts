import { changed, changedSources } from '../../systems/gov-sync/break-assembly';
import { BREAKS } from './breaks';

test.each(Object.entries(BREAKS))('%s finds its texts in the sources', (_, broken) => {
  for (const { before, after } of changedSources(broken)) expect(after).not.toBe(before);
});

test('a text that is no longer there is an error', () => {
  const change = { file: 'lease.ts', from: 'no such text', to: '' };
  expect(() => changed('const a = 1;', '/src/lambda/lease.ts', [change])).toThrow('nothing to break: expected the text no such text');
  expect(changed('const a = 1;', '/src/lambda/other.ts', [change])).toBe('const a = 1;');
});
