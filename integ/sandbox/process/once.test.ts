import { reportOnce } from './once';

test('a kind is reported once, up to a thousand kinds', () => {
  const reported: string[] = [];
  const report = reportOnce((line) => reported.push(line));
  report(['a', 'b'], 'first');
  report(['a', 'b'], 'second');
  report(['ab'], 'third');
  expect(reported).toEqual(['first', 'third']);
  for (let kind = 0; kind < 2_000; kind++) {
    report([String(kind)], 'more');
  }
  expect(reported).toHaveLength(1_000);
});
