import { changedSource } from './break-handler';

test('a text that is no longer there is an error', () => {
  const change = { file: 'steps/lease.ts', from: 'no such text', to: '' };
  expect(() => changedSource('const a = 1;', 'steps/lease.ts', [change])).toThrow('nothing to break: expected the text no such text');
  expect(changedSource('const a = 1;', 'lease.ts', [change])).toBe('const a = 1;');
});
