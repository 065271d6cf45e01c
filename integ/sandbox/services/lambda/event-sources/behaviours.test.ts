import { behaviours } from '../../../testing/behaviours';

test('every listed behaviour has a test, and every test is listed', () => {
  const { listed, tests } = behaviours(__dirname);
  expect(tests.length).toBeGreaterThan(15);
  expect(listed.sort()).toEqual(tests.sort());
});
