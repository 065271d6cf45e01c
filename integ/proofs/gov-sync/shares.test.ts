import { sharesOf } from './shares';

test.each([
  [1, 50, 2, [8, 8, 9, 8, 8, 9]],
  [1, 50, 3, [8, 8, 9, 8, 8, 9]],
  [1, 1, 2, [1]],
  [7, 3, 2, [1, 2]],
  [1, 19, 1, [6, 6, 7]],
])('from %d, %d seeds for %d sandboxes at a time: %j', (from, runs, sandboxes, sizes) => {
  const shares = sharesOf(from, runs, sandboxes);
  expect(shares.map(({ length }) => length)).toEqual(sizes);
  expect(shares.flat()).toEqual(Array.from({ length: runs }, (_, index) => from + index));
});
