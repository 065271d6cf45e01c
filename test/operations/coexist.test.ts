import { CfnParameter, NestedStack } from 'aws-cdk-lib';
import { Notification } from '../../src';
import { secureFunction } from '../secure-function/fixtures';
import { logicalIds, places, templateOf, testStack } from '../synth';
import { operations } from './fixtures';

test.each(places)('two of them work %s', (_, into) => {
  const stack = into((scope) => {
    for (const id of ['Own', 'Other']) operations(scope, { notify: [Notification.email('operators@example.com')] }, id);
  });
  const template = templateOf(stack);
  template.resourceCountIs('AWS::SNS::Topic', 2);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 2);
  template.resourceCountIs('AWS::SNS::Subscription', 2);
});

test('two of them can watch the same construct: its alarms notify both', () => {
  const stack = testStack();
  const fn = secureFunction(stack, {}, 'Grades');
  for (const id of ['Own', 'Other']) operations(stack, { watch: [fn] }, id);
  const alarms = Object.entries(
    templateOf(stack).toJSON().Resources as Record<string, { Type: string; Properties: { AlarmActions?: unknown[] } }>,
  )
    .filter(([id, { Type }]) => id.startsWith('Grades') && /Alarm$/.test(Type))
    .map(([, { Properties }]) => Properties.AlarmActions?.length);
  // Two metric alarms and a composite one; the condition and the causes of that one notify nobody.
  expect(alarms.sort()).toEqual([2, 2, 2, undefined, undefined]);
});

test('a nested stack is watched from its parent, and a parent from a nested stack', () => {
  const parent = testStack();
  const nested = new NestedStack(parent, 'Nested');
  secureFunction(nested, {}, 'Inner');
  const outer = secureFunction(parent, {}, 'Outer');
  operations(parent, { watch: [nested], name: 'Down' }, 'Down');
  operations(new NestedStack(parent, 'Watching'), { watch: [outer], name: 'Up' }, 'Up');
  expect(logicalIds(templateOf(parent), 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  expect(logicalIds(templateOf(nested), 'AWS::CloudWatch::Alarm')).toHaveLength(3);
});

test('addresses and ids can be tokens', () => {
  const stack = testStack();
  const value = (id: string) => new CfnParameter(stack, id).valueAsString;
  operations(stack, {
    notify: [
      Notification.email(value('Address')),
      Notification.email(value('Second')),
      Notification.slack({ workspaceId: value('Workspace'), channelId: value('Channel') }),
    ],
    runbooks: value('Runbooks'),
  });
  templateOf(stack).hasResourceProperties('AWS::SNS::Subscription', { Endpoint: { Ref: 'Second' } });
});
