import { violations } from '../nag';
import { testStack } from '../synth';
import { maximal, minimal } from './apps';

describe.each([undefined, { account: '111122223333', region: 'eu-west-1' }])('env %j', (env) => {
  test.each([
    ['no options', minimal],
    ['every option', maximal],
  ])('no rule pack has open findings with %s', (_, app) => {
    const stack = testStack({ env });
    app(stack);
    expect(violations(stack)).toEqual([]);
  });
});

test('alarms that send nothing themselves are acknowledged, each with the alarm that does', () => {
  const stack = testStack();
  minimal(stack);
  const condition = stack.node.findChild('OperationsWatched').node.findChild('DeadLettersAlarm');
  const reasons = condition.node.metadata.map(({ data }) => JSON.stringify(data));
  expect(reasons.join()).toContain('DeadLettersNotification does, unless ErrorsAlarm or ThrottlesAlarm is in alarm');
});
