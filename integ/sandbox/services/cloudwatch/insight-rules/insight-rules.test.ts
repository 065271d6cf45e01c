import { CfnInsightRule } from 'aws-cdk-lib/aws-cloudwatch';
import type { JsonObject } from '../../../contracts';
import { assemble } from '../../../testing/endpoint';
import { MINUTE, openCloudWatch, type TestCloudWatch } from '../testing';
import { problemsOf } from '../validate';

const RULE = {
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  ...{ LogGroupNames: ['/app/*', '/other'], LogFormat: 'JSON', AggregateOn: 'Count' },
  Contribution: { Keys: ['$.school'], Filters: [{ Match: '$.message', In: ['Request handled'] }] },
};
const BYTES = { ...RULE, Contribution: { Keys: ['$.school', '$.user.role'], ValueOf: '$.bytes', Filters: [] }, AggregateOn: 'Sum' };

const ruleOf = (name: string, body: object | string, ruleState = 'ENABLED') => ({
  ...{ ruleName: name, ruleState, ruleBody: typeof body === 'string' ? body : JSON.stringify(body) },
});

let cloudWatch: TestCloudWatch;
beforeEach(async () => {
  cloudWatch = await openCloudWatch((stack) => {
    new CfnInsightRule(stack, 'Busiest', ruleOf('Busiest', RULE));
    new CfnInsightRule(stack, 'Bytes', ruleOf('Bytes', BYTES));
    new CfnInsightRule(stack, 'Off', ruleOf('Off', RULE, 'DISABLED'));
  });
});
afterEach(() => cloudWatch.close());

/** Writes a line in a minute. */
function write(minute: number, line: object | string, group = '/app/grades'): void {
  const message = typeof line === 'string' ? line : JSON.stringify(line);
  cloudWatch.started.use('logs').write({ group, stream: 'one', at: cloudWatch.start + minute * MINUTE, message });
}
const handled = (school?: string) => ({ message: 'Request handled', school });

async function report(name: string, more: object = {}): Promise<JsonObject> {
  const { endpoint, start } = cloudWatch;
  const { expiration: _, ...credentials } = endpoint.administrator();
  const range = { StartTime: start / 1000, EndTime: start / 1000 + 600, Period: 60 };
  const { status, body } = await endpoint.call({
    ...{ service: 'monitoring', region: 'us-east-1', method: 'POST', url: '/', credentials },
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'GraniteServiceVersion20100801.GetInsightRuleReport' },
    body: Buffer.from(JSON.stringify({ RuleName: name, ...range, ...more })),
  });
  return { ...(JSON.parse(String(body)) as JsonObject), status };
}
const contributors = ({ Contributors }: JsonObject) =>
  (Contributors as JsonObject[]).map(({ Keys, ApproximateAggregateValue }) => [String(Keys), ApproximateAggregateValue]);

test('contributors are ranked by the lines that match, in all log groups of the rule', async () => {
  for (const school of ['north', 'south', 'north']) write(1, handled(school));
  write(2, handled('north'), '/other');
  // None of these counts: another group, another message, without a school, no JSON, before and after the range.
  write(1, handled('west'), '/elsewhere');
  write(1, { message: 'Stopping', school: 'west' });
  write(1, handled());
  write(1, 'Request handled west');
  write(-1, handled('west'));
  write(10, handled('west'));
  const [north] = ((await report('Busiest')) as { Contributors: JsonObject[] }).Contributors;
  const at = (minute: number) => cloudWatch.start / 1000 + minute * 60;
  expect(north).toEqual({
    ...{ Keys: ['north'], ApproximateAggregateValue: 3 },
    Datapoints: [
      { Timestamp: at(1), ApproximateValue: 2 },
      { Timestamp: at(2), ApproximateValue: 1 },
    ],
  });
  expect(await report('Busiest', { MaxContributorCount: 1, Metrics: ['UniqueContributors', 'MaxContributorValue', 'Sum'] })).toMatchObject({
    ...{ KeyLabels: ['$.school'], AggregationStatistic: 'COUNT', AggregateValue: 4, ApproximateUniqueCount: 2 },
    Contributors: [{ Keys: ['north'] }],
    MetricDatapoints: [
      { Timestamp: at(1), UniqueContributors: 2, MaxContributorValue: 2, Sum: 3 },
      { Timestamp: at(2), UniqueContributors: 1, MaxContributorValue: 1, Sum: 1 },
    ],
  });
});

test('a sum adds up a number of each line, and several keys are one contributor', async () => {
  const line = (school: string, role: string, bytes: unknown) => ({ school, user: { role }, bytes });
  write(1, line('north', 'teacher', 10));
  write(2, line('north', 'teacher', 15));
  write(1, line('north', 'student', 20));
  write(1, line('south', 'student', 'many'));
  expect(contributors(await report('Bytes'))).toEqual([
    ['north,teacher', 25],
    ['north,student', 20],
  ]);
  expect(contributors(await report('Bytes', { OrderBy: 'Maximum' }))).toEqual([
    ['north,student', 20],
    ['north,teacher', 25],
  ]);
});

test('a rule that is disabled has no contributors, and one that does not exist is an error', async () => {
  write(1, handled('north'));
  expect(contributors(await report('Off'))).toEqual([]);
  expect(await report('None')).toMatchObject({ status: 404 });
});

test.each([
  [{ EndTime: 0 }, 'StartTime must be less'],
  [{ Period: 7 }, 'Period'],
  [{ Period: 1 }, 'Period'],
  [{ MaxContributorCount: 101 }, 'from 1 to 100'],
  [{ OrderBy: 'Average' }, 'OrderBy must be'],
  [{ Metrics: ['Average'] }, 'does not support the metric Average'],
])('a report of %j is rejected', async (more, message) => {
  expect(JSON.stringify(await report('Busiest', more))).toContain(message);
});

const contribution = (more: object) => ({ ...RULE, Contribution: { ...RULE.Contribution, ...more } });
const filter = (more: object) => contribution({ Filters: [{ Match: '$.a', ...more }] });

test.each([
  ['In', { In: ['1', 'b'] }, { yes: [1, 'b'], no: ['c', undefined, null] }],
  ['NotIn', { NotIn: ['b'] }, { yes: [1, 'c'], no: ['b', undefined] }],
  ['StartsWith', { StartsWith: ['ab'] }, { yes: ['abc'], no: ['xab', undefined] }],
  ['IsPresent', { IsPresent: true }, { yes: [0, ''], no: [undefined, null] }],
  ['not IsPresent', { IsPresent: false }, { yes: [undefined], no: [0] }],
  ['GreaterThan', { GreaterThan: 5 }, { yes: [6], no: [5, '6', undefined] }],
  ['LessThan', { LessThan: 5 }, { yes: [4], no: [5] }],
  ['EqualTo', { EqualTo: 5 }, { yes: [5], no: [4] }],
  ['NotEqualTo', { NotEqualTo: 5 }, { yes: [4], no: [5, undefined] }],
])('the filter %s', async (_, operator, { yes, no }) => {
  await cloudWatch.close();
  cloudWatch = await openCloudWatch((stack) => new CfnInsightRule(stack, 'Rule', ruleOf('Filtered', filter(operator))));
  for (const [school, values] of Object.entries({ yes, no })) for (const a of values) write(1, { school, a });
  expect(contributors(await report('Filtered'))).toEqual([['yes', yes.length]]);
});

test.each([
  ['no JSON', '{', 'RuleBody'],
  ['of another schema', { ...RULE, Schema: {} }, 'Schema must be'],
  ['of another format', { ...RULE, LogFormat: 'CLF' }, 'LogFormat CLF is not supported'],
  ['without log groups', { ...RULE, LogGroupNames: [] }, 'LogGroupNames must have'],
  ['without keys', contribution({ Keys: [] }), 'Keys must have 1 to 4'],
  ['with a path that is none', contribution({ Keys: ['school'] }), 'school is no path'],
  ['with a sum of nothing', { ...RULE, AggregateOn: 'Sum' }, 'ValueOf is missing'],
  ['with another aggregate', { ...RULE, AggregateOn: 'Average' }, 'AggregateOn must be'],
  ['with another operator', filter({ Like: ['b'] }), 'not Like'],
  ['with too many filters', contribution({ Filters: Array(5).fill({ Match: '$.a', IsPresent: true }) }), 'at most 4'],
  ['with too many texts', filter({ In: Array(11).fill('a') }), 'at most 10 texts'],
])('a rule %s is a problem of the template', (_, body, message) => {
  const assembly = assemble((stack) => new CfnInsightRule(stack, 'Rule', ruleOf('Wrong', body)));
  expect(problemsOf(assembly).map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
});
