import { chart, type Second } from './chart';

const second = (p95: number | undefined, visits = 0): Second => ({ p95, visits });

test('one column for each second, the limit on top, and visits on the same axis', () => {
  const lines = chart([second(15), second(60, 10), second(120, 20), second(121, 5), second(undefined, 0)], 20, 7);
  expect(lines).toEqual([
    '    120 ms ┄┄┄█┄┄┄┄┄',
    '             ██ ',
    '             ██ ',
    '            ███ ',
    'grades p95 ▄███ ',
    '',
    '    visits  ▄█▂ ',
  ]);
});

test('in two rows, the line goes up to the limit', () => {
  expect(chart([second(0), second(60), second(500)], 20, 2)).toEqual(['grades p95 ▁▄█', '    visits    ']);
});

test('a wide terminal shows a second in several columns, and a narrow one the last seconds', () => {
  const seconds = Array.from({ length: 30 }, (_, index) => second(index < 15 ? 30 : 120));
  const [, , lowest] = chart(seconds, 101, 5);
  expect(lowest).toBe(`grades p95 ${'▄'.repeat(30)}${'█'.repeat(30)}`);
  expect(chart(seconds, 21, 2)[0]).toBe(`grades p95 ${'█'.repeat(10)}`);
});
