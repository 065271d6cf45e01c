import { checkGrade, readRules, STANDARD_RULES } from '../../app/grades/src/rules';
import type { SchoolData } from '../../app/grades/src/tenant-data';

const reading = (Item?: object) =>
  ({ school: 'school-01', table: 'data', dynamodb: { send: async () => ({ Item }) } }) as unknown as SchoolData;

test('a school without rules has the standard ones', async () => {
  expect(await readRules(reading())).toEqual(STANDARD_RULES);
});

test('rules that are missing or no numbers are the standard ones', async () => {
  const rules = { minimum: { N: '1' }, maximum: { N: '6' }, step: { S: 'half' } };
  expect(await readRules(reading(rules))).toEqual({ ...STANDARD_RULES, minimum: 1, maximum: 6 });
});

const SIXTHS = { minimum: 1, maximum: 6, step: 0.25, passing: 4 };

test.each([1, 6, 4.25, 5.75])('%d is a grade', (grade) => {
  expect(() => checkGrade(grade, SIXTHS)).not.toThrow();
});

test.each([0.75, 6.25, 4.1])('%d is none, and the answer says what is', (grade) => {
  expect(() => checkGrade(grade, SIXTHS)).toThrow('body/grade must be a number from 1 to 6, in steps of 0.25.');
});

test('steps of decimals are exact enough', () => {
  for (let hundredths = 0; hundredths <= 1_000; hundredths++) checkGrade(hundredths / 100, STANDARD_RULES);
});
