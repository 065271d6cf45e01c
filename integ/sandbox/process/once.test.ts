import { sayOnce } from './once';

test('a kind is reported once, up to a thousand kinds', () => {
  const said: string[] = [];
  const say = sayOnce((line) => said.push(line));
  say(['a', 'b'], 'first');
  say(['a', 'b'], 'second');
  say(['ab'], 'third');
  expect(said).toEqual(['first', 'third']);
  for (let kind = 0; kind < 2_000; kind++) {
    say([String(kind)], 'more');
  }
  expect(said).toHaveLength(1_000);
});
