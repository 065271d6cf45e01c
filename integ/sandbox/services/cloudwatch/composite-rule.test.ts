import type { AlarmState } from '../../contracts';
import { alarmsOf, holds, parseRule } from './composite-rule';

const STATES: Record<string, AlarmState> = { a: 'ALARM', b: 'OK', c: 'INSUFFICIENT_DATA', 'with (brackets)': 'ALARM' };
const value = (rule: string) => holds(parseRule(rule), (alarm) => STATES[alarm]);

// Documented: "PutCompositeAlarm" (Amazon CloudWatch API Reference), AlarmRule.
test.each([
  ['ALARM(a)', true],
  ['ALARM("b")', false],
  ['OK(b) AND INSUFFICIENT_DATA(c)', true],
  ['ALARM(b) OR NOT ALARM(b)', true],
  ['ALARM(a) OR ALARM(b) AND FALSE', true],
  ['(ALARM(a) OR ALARM(b)) AND FALSE', false],
  ['NOT (ALARM(a) AND TRUE)', false],
  ["ALARM('with (brackets)')", true],
  ['ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)', true],
  ['ALARM( a )\n AND\tOK( b )', true],
])('%s is %s', (rule, expected) => {
  expect(value(rule)).toBe(expected);
});

test('the alarms of a rule are its children, each once', () => {
  expect(alarmsOf(parseRule('(ALARM(a) OR NOT OK(b)) AND ALARM(a)'))).toEqual(['a', 'b']);
});

test.each([
  ['AT_LEAST(2, ALARM, (a, b))', 'AT_LEAST is not supported'],
  ['ALARM(a', 'the end of a name'],
  ['ALARM()', 'the name of an alarm'],
  ['ALARM(a) ALARM(b)', 'AND or OR is expected'],
  ['(ALARM(a)', "')' is expected"],
  ['', "'(' is expected"],
  [`${'NOT '.repeat(101)}TRUE`, 'nested at most 100 times'],
  [`${'('.repeat(101)}TRUE${')'.repeat(101)}`, 'nested at most 100 times'],
  [`ALARM(${'a'.repeat(10_240)})`, 'at most 10240 characters'],
])('%.30s is rejected', (rule, message) => {
  expect(() => parseRule(rule)).toThrow(message);
});
