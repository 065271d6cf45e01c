import { behaviours } from '../../../testing/behaviours';

test('every behaviour is held by a test that is there, and every test has its behaviour and source in the list', () => {
  const { listed, tests } = behaviours(__dirname);
  expect(tests.length).toBeGreaterThan(15);
  expect(listed.sort()).toEqual(tests.sort());
});
