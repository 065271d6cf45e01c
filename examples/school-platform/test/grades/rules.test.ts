import { admittedGrade, readRules, STANDARD_RULES } from '../../app/grades/src/rules';
import type { SchoolData } from '../../app/grades/src/tenant-data';

const reading = (Item?: object) =>
  ({ school: 'school-01', table: 'data', dynamodb: { send: async () => ({ Item }) } }) as unknown as SchoolData;

test('a school without rules has the standard ones', async () => {
  expect(await readRules(reading())).toEqual(STANDARD_RULES);
});

test('rules that are missing or not numbers are the standard ones', async () => {
  const rules = { minimum: { N: '1' }, maximum: { N: '6' }, step: { S: 'half' } };
  expect(await readRules(reading(rules))).toEqual({ ...STANDARD_RULES, minimum: 1, maximum: 6 });
});

const SIXTHS = { minimum: 1, maximum: 6, step: 0.25, passing: 4 };

test.each(['0', '-0.5'])('a step of %s is the standard one', async (step) => {
  expect((await readRules(reading({ step: { N: step } }))).step).toBe(STANDARD_RULES.step);
});

test.each([1, 6, 4.25, 5.75])('%d is a grade', (grade) => {
  expect(admittedGrade(grade, SIXTHS)).toBe(grade);
});

test.each([0.75, 6.25, 4.1, Number.NaN, Number.POSITIVE_INFINITY])('%d is not a grade', (grade) => {
  expect(admittedGrade(grade, SIXTHS)).toBeUndefined();
});

test('each step of decimals is a grade, which is not changed', () => {
  for (let hundredths = 0; hundredths <= 1_000; hundredths++)
    expect(admittedGrade(hundredths / 100, STANDARD_RULES)).toBe(hundredths / 100);
});

test.each([
  [4.9999999999, 5],
  [1e-10, 0],
  [-1e-10, 0],
  [10.0000000001, 10],
  [0.1 + 0.2, 0.3],
])('%d is the step %d', (sent, step) => {
  expect(admittedGrade(sent, STANDARD_RULES)).toBe(step);
});
