import { sharesOf } from './shares';

test.each([
  [1, 50, 2, [5, 5, 5, 5, 5, 5, 5, 5, 5, 5]],
  [1, 50, 3, [5, 6, 5, 6, 5, 6, 5, 6, 6]],
  [1, 1, 2, [1]],
  [7, 3, 2, [1, 2]],
  [1, 13, 1, [4, 4, 5]],
])('from %d, %d seeds for %d sandboxes at a time: %j', (from, runs, sandboxes, sizes) => {
  const shares = sharesOf(from, runs, sandboxes);
  expect(shares.map(({ length }) => length)).toEqual(sizes);
  expect(shares.flat()).toEqual(Array.from({ length: runs }, (_, index) => from + index));
});
