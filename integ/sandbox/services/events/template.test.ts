import { CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import type { JsonObject } from '../../contracts';
import { assemblyOf, invalid, temporaryFolder } from '../../testing/engines';
import { readRule } from './rule';

const folder = temporaryFolder();
const queue = 'arn:aws:sqs:us-east-1:123456789012:queue';
const machine = 'arn:aws:states:us-east-1:123456789012:stateMachine:machine';

function withRule(more: Partial<ConstructorParameters<typeof CfnRule>[2]>, target: Partial<CfnRule.TargetProperty> = {}) {
  return assemblyOf(folder, (stack) => {
    new CfnRule(stack, 'Rule', { eventPattern: { source: ['shop'] }, targets: [{ id: 'target', arn: queue, ...target }], ...more });
  });
}

test.each<[string, Partial<ConstructorParameters<typeof CfnRule>[2]>, string]>([
  ['a pattern', { eventPattern: { source: 'shop' } }, 'EventPattern cannot be run: "source" must be an object or an array'],
  ['neither pattern nor schedule', { eventPattern: undefined }, 'EventPattern is missing, and so is ScheduleExpression'],
  ['a schedule', { scheduleExpression: 'rate(0 minutes)' }, 'ScheduleExpression cannot be run: rate(0 minutes) is not a rate'],
  ['a single time', { scheduleExpression: 'at(2026-11-30T00:00:00)' }, 'is not cron(…) or rate(…)'],
  ['a schedule on a bus', { scheduleExpression: 'rate(1 hour)', eventBusName: 'shop' }, 'is supported only on the default event bus'],
  ['a state', { state: 'PAUSED' }, 'State PAUSED is not ENABLED or DISABLED'],
  [
    'six targets',
    { targets: Array.from({ length: 6 }, (_, at) => ({ id: String(at), arn: queue })) },
    'Targets has 6 members: the maximum is 5',
  ],
])('%s that EventBridge would reject is named', (_name, more, message) => {
  expect(invalid(withRule(more))).toEqual([expect.stringContaining(message)]);
});

test.each<[string, Partial<CfnRule.TargetProperty>, string]>([
  [
    'of another kind',
    { arn: 'arn:aws:kinesis:us-east-1:123456789012:stream/s' },
    'queues, topics, functions, state machines and log groups are',
  ],
  ['that is a state machine without a role', { arn: machine }, 'RoleArn is missing: a state machine is started with a role'],
  ['that is a queue with a role', { roleArn: 'arn:aws:iam::123456789012:role/r' }, 'RoleArn is not supported for sqs'],
  ['that is a FIFO queue without a group', { arn: `${queue}.fifo` }, 'SqsParameters.MessageGroupId is missing'],
  ['with a FIFO dead-letter queue', { deadLetterConfig: { arn: `${queue}.fifo` } }, 'is not a standard queue'],
  ['with an input that is not JSON', { input: 'hello' }, 'Input cannot be run'],
  ['with two inputs', { input: '{}', inputPath: '$.detail' }, 'InputPath is given together with Input'],
  ['with a path', { inputPath: '$..x' }, 'InputPath cannot be run: <$..x> is not a path that EventBridge supports'],
  ['with a variable that is not defined', { inputTransformer: { inputTemplate: '{"a":<b>}' } }, '<b> is not a variable of InputPathsMap'],
  ['with a reserved name', { inputTransformer: { inputPathsMap: { 'aws.x': '$.x' }, inputTemplate: '"x"' } }, '<aws.x> is a reserved name'],
  ['with too many retries', { retryPolicy: { maximumRetryAttempts: 186 } }, 'MaximumRetryAttempts is 186'],
])('a target %s is named', (_name, target, message) => {
  expect(invalid(withRule({}, target))).toEqual([expect.stringContaining(message)]);
});

test('the older form of a policy of a bus is named', () => {
  const assembly = assemblyOf(folder, (stack) => {
    new CfnEventBusPolicy(stack, 'Policy', { statementId: 'other', action: 'events:PutEvents', principal: '210987654321' });
  });
  expect(invalid(assembly)).toEqual([
    expect.stringContaining('Statement is missing: Action, Principal and Condition beside it are not supported'),
  ]);
});

// documented: "Amazon EventBridge input transformation"
describe('an input', () => {
  const event: JsonObject = { id: 'e', 'detail-type': 'Order', detail: { city: 'Bern "old"', items: [{ n: 1 }, { n: 2 }], open: true } };
  const variables = { ruleArn: 'arn:rule', ruleName: 'rule', ingestionTime: '2026-11-30T08:00:00.000Z' };
  const written = (target: Partial<CfnRule.TargetProperty>) => {
    const assembly = withRule({}, target);
    const missing: string[] = [];
    const { targets } = assembly.read(assembly.ofType('AWS::Events::Rule')[0], readRule);
    return { text: targets[0].input(event, variables, (placeholder) => missing.push(placeholder)), missing };
  };
  const transformed = (inputTemplate: string, inputPathsMap: Record<string, string> = {}) =>
    written({ inputTransformer: { inputPathsMap, inputTemplate } });

  test.each<[string, string, Record<string, string>, string]>([
    ['a text', '{"a":<city>}', { city: '$.detail.city' }, '{"a":"Bern \\"old\\""}'],
    ['a text within quotes', '{"a":"in <city>"}', { city: '$.detail.city' }, '{"a":"in Bern \\"old\\""}'],
    ['a list, by a wildcard', '{"a":<all>}', { all: '$.detail.items[*].n' }, '{"a":[1,2]}'],
    ['an object and a boolean', '{"a":<item>,"b":<open>}', { item: '$.detail.items[1]', open: '$.detail.open' }, '{"a":{"n":2},"b":true}'],
    ['the event without its detail', '{"a":<aws.events.event>}', {}, '{"a":{"id":"e","detail-type":"Order"}}'],
    ['the rule', '"<aws.events.rule-name> at <aws.events.event.ingestion-time>"', {}, '"rule at 2026-11-30T08:00:00.000Z"'],
  ])('has %s', (_name, template, paths, expected) => {
    expect(transformed(template, paths)).toEqual({ text: expected, missing: [] });
  });

  test('has an empty text for what the event lacks, which is reported', () => {
    expect(transformed('{"a":<x>}', { x: '$.detail.other' })).toEqual({ text: '{"a":""}', missing: ['<x>'] });
  });

  test('is a constant, a part of the event, or the event', () => {
    expect(written({ input: '{"a":1}' }).text).toBe('{"a":1}');
    expect(written({ inputPath: '$.detail.items' }).text).toBe('[{"n":1},{"n":2}]');
    expect(JSON.parse(written({}).text)).toEqual(event);
  });
});
