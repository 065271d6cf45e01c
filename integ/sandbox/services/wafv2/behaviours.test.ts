import { behaviours } from '../../testing/behaviours';

test('every listed behaviour has a test, and every test is listed', () => {
  const { listed, tests } = behaviours(__dirname);
  expect(listed.length).toBeGreaterThan(8);
  expect(listed.filter((title) => !tests.includes(title))).toEqual([]);
  // A test with a table of cases needs no row.
  expect(tests.filter((title) => !title.includes('%') && !listed.includes(title))).toEqual([]);
});
