import { type App, Duration, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  AlarmSeverity,
  type DashboardGraph,
  type IObservable,
  Notification,
  type OperationsProps,
  RecommendedAlarm,
  TenantLatency,
} from '../../src';
import { secureFunction } from '../secure-function/fixtures';
import { templateOf, testApp, testStack } from '../synth';
import { operations } from './fixtures';

const metric = (name: string) => new Metric({ namespace: 'Mine', metricName: name });

/** A construct of an app, which recommends what a test gives it. */
class Mine extends Construct implements IObservable {
  public recommendedAlarms: RecommendedAlarm[] = [];
  public readonly logGroups = [];
  public graphs?: DashboardGraph[];

  public recommend(name: string, severity: AlarmSeverity, symptomOf: string[] = []): this {
    const settings = { threshold: 0, evaluationPeriods: 1, missingData: TreatMissingData.NOT_BREACHING, reason: `${name}.` };
    const comparison = ComparisonOperator.GREATER_THAN_THRESHOLD;
    this.recommendedAlarms.push(RecommendedAlarm.of(this, { name, severity, symptomOf, comparison, metric: metric(name), ...settings }));
    return this;
  }
}

test.each<[string, () => Notification, string]>([
  ['no address', () => Notification.email('operators'), 'invalid address "operators": expected one e-mail address'],
  ['an address without a host', () => Notification.email('operators@'), 'expected one e-mail address'],
  ['an address without a name', () => Notification.email('@example.com'), 'expected one e-mail address'],
  ['a host without a domain', () => Notification.email('operators@localhost'), 'expected one e-mail address'],
  ['a host with an empty label', () => Notification.email('operators@example..com'), 'expected one e-mail address'],
  ['two addresses', () => Notification.email('a@example.com, b@example.com'), 'expected one e-mail address'],
  ['a name beside the address', () => Notification.email('Operators <operators@example.com>'), 'expected one e-mail address'],
  ['no text as an address', () => Notification.email(7 as never), 'Notification.email: invalid address 7'],
  [
    'the name of a workspace',
    () => Notification.slack({ workspaceId: 'andamio', channelId: 'C0123ABCD' }),
    `Notification.slack: invalid workspaceId "andamio": expected the id of a workspace, such as 'T0123ABCD', not its name`,
  ],
  [
    'the name of a channel',
    () => Notification.slack({ workspaceId: 'T0123ABCD', channelId: '#operations' }),
    `invalid channelId "#operations": expected the id of a channel, such as 'C0123ABCD', not its name`,
  ],
  ['a channel without a workspace', () => Notification.slack({ channelId: 'C0123ABCD' } as never), 'missing workspaceId'],
  [
    'the URL of PagerDuty as text',
    () => Notification.pagerDuty('https://events.pagerduty.com/integration/key/enqueue' as never),
    'Notification.pagerDuty: invalid secret "<text>": expected a secret that contains the URL: the URL itself would be in the template',
  ],
  ['no topic', () => Notification.topic('arn' as never), 'Notification.topic: invalid topic "arn": expected a topic'],
  [
    'no severity',
    () => Notification.email('a@example.com', { severities: [] }),
    'Notification: invalid severities []: expected at least one',
  ],
  [
    'another severity',
    () => Notification.email('a@example.com', { severities: ['high' as never] }),
    'expected a list of values of AlarmSeverity',
  ],
])('%s is an error', (_, make, message) => {
  expect(make).toThrow(message);
});

test('the URL of PagerDuty is not in the message of the error', () => {
  expect(() => Notification.pagerDuty('https://events.pagerduty.com/integration/key/enqueue' as never)).not.toThrow(/integration/);
});

test.each<[string, (stack: Stack) => Partial<OperationsProps>, string]>([
  [
    'nothing',
    () => ({ watch: [] }),
    'Test/Operations: invalid watch []: expected at least one construct with recommended alarms or graphs',
  ],
  [
    'what has no alarms',
    (stack) => ({ watch: [new Construct(stack, 'Empty')] }),
    'invalid watch [<construct Test/Empty>]: expected at least one',
  ],
  ['what is no construct', () => ({ watch: ['api' as never] }), 'expected a list of constructs: [api, visits]'],
  ['a name with a space', () => ({ name: 'My platform' }), 'invalid name "My platform": expected 1 to 64 letters, digits'],
  ['an empty name', () => ({ name: '' }), 'invalid name "": expected 1 to 64'],
  ['a name that is too long', () => ({ name: 'a'.repeat(65) }), 'expected 1 to 64'],
  ['a name of a dashboard with a slash', () => ({ dashboardName: 'Luca/Overview' }), 'invalid dashboardName "Luca/Overview"'],
  [
    'runbooks without TLS',
    () => ({ runbooks: 'http://wiki.example.com' }),
    'invalid runbooks "http://wiki.example.com": expected an HTTPS URL',
  ],
  ['what is no notification', () => ({ notify: ['a@example.com' as never] }), 'expected a list of notifications: [Notification.email'],
  [
    'one address twice',
    () => ({ notify: [Notification.email('a@example.com'), Notification.email('a@example.com')] }),
    'invalid notify[1] <construct Test/Operations/Notify/Email',
  ],
  [
    'one secret twice',
    (stack) => {
      const secret = Secret.fromSecretNameV2(stack, 'Secret', 'pagerduty');
      return { notify: [Notification.pagerDuty(secret), Notification.pagerDuty(secret)] };
    },
    'expected each destination once',
  ],
  [
    'a cause that is not watched',
    (stack) => {
      const [one, other] = ['One', 'Other'].map((id) => secureFunction(stack, {}, id));
      return { watch: [one], symptoms: [{ symptom: one.alarms.deadLetters(), causes: [other.alarms.errors()] }] };
    },
    'invalid symptoms[0] <construct Test/Other/ErrorsAlarm>: expected recommended alarms of constructs that are watched',
  ],
  [
    'a warning that would silence a critical alarm',
    (stack) => {
      const fn = secureFunction(stack, {}, 'Fn');
      return { watch: [fn], symptoms: [{ symptom: fn.alarms.throttles(), causes: [fn.alarms.deadLetters()] }] };
    },
    'invalid cause of Test/Fn/ThrottlesAlarm <construct Test/Fn/DeadLettersAlarm>: expected a critical alarm, as the alarm that it silences',
  ],
  [
    'alarms that would silence each other',
    (stack) => {
      const { alarms, ...fn } = { ...secureFunction(stack, {}, 'Fn'), construct: stack.node.findChild('Fn') };
      const [errors, throttles] = [alarms.errors(), alarms.throttles()];
      return {
        watch: [fn.construct],
        symptoms: [
          { symptom: errors, causes: [throttles] },
          { symptom: throttles, causes: [errors] },
        ],
      };
    },
    'expected no alarm that it silences itself',
  ],
  [
    'a cause that the construct does not have',
    (stack) => ({ watch: [new Mine(stack, 'Mine').recommend('Late', AlarmSeverity.WARNING, ['Lost'])] }),
    'Test/Mine: invalid symptomOf of Late "Lost": expected the name of another recommended alarm of this construct',
  ],
  [
    'an alarm that is its own cause',
    (stack) => ({ watch: [new Mine(stack, 'Mine').recommend('Late', AlarmSeverity.WARNING, ['Late'])] }),
    'expected the name of another recommended alarm of this construct',
  ],
])('%s is an error', (_, propsOf, message) => {
  const stack = testStack();
  expect(() => operations(stack, propsOf(stack))).toThrow(message);
});

test('two alarms of the same name are an error', () => {
  const stack = testStack();
  const [one, other] = ['One', 'Other'].map((id) => secureFunction(stack, {}, id));
  one.alarms.errors({ alarmName: 'Errors' });
  other.alarms.errors({ alarmName: 'Errors' });
  expect(() => operations(stack, { watch: [one, other] })).toThrow(
    'Test/Operations: invalid name of Test/Other/ErrorsAlarm "Errors": expected another name: Test/One/ErrorsAlarm has this one',
  );
});

test('also if their constructs have the same path in two stacks', () => {
  const app = testApp();
  const fns = ['One', 'Other'].map((id) => secureFunction(new Stack(app, id), {}, 'Grades'));
  expect(() => operations(new Stack(app, 'Watching'), { watch: fns, name: 'Luca' })).toThrow(
    'invalid name of Other/Grades/ErrorsAlarm "Luca-Grades-Errors": expected another name: One/Grades/ErrorsAlarm has this one',
  );
});

test('a construct that is added later is an error at synthesis, because nobody would be notified', () => {
  const stack = testStack();
  secureFunction(stack, {}, 'Early');
  operations(stack, { watch: [stack] });
  secureFunction(stack, {}, 'Late');
  expect(() => (stack.node.root as App).synth()).toThrow(
    '[Test/Operations] Test/Operations: invalid watch <construct Test/Late>: expected a construct that is created before this Operations',
  );
});

test('a construct in another Region is an error', () => {
  const app = testApp();
  const fn = secureFunction(new Stack(app, 'Other', { env: { account: '111122223333', region: 'us-east-1' } }), {}, 'Grades');
  const here = new Stack(app, 'Here', { env: { account: '111122223333', region: 'eu-west-1' } });
  expect(() => operations(here, { watch: [fn] })).toThrow(
    'Here/Operations: invalid watch <construct Other/Grades>: expected constructs of 111122223333 and eu-west-1',
  );
});

test('a reason that CloudWatch would not accept is an error', () => {
  const stack = testStack();
  const mine = new Mine(stack, 'Mine');
  const settings = { threshold: 0, evaluationPeriods: 1, missingData: TreatMissingData.NOT_BREACHING, reason: 'a'.repeat(1_025) };
  const comparison = ComparisonOperator.GREATER_THAN_THRESHOLD;
  mine.recommendedAlarms.push(
    RecommendedAlarm.of(mine, { name: 'Long', severity: AlarmSeverity.WARNING, metric: metric('Long'), comparison, ...settings }),
  );
  expect(() => operations(stack, { watch: [mine] })).toThrow(/invalid reason of Long .*: expected at most 1024 characters .*, not 1025/);
});

describe('limits of dashboards', () => {
  const graph = (count: number): DashboardGraph => ({ title: 'Many', left: Array.from({ length: count }, (_, at) => metric(`M${at}`)) });
  const withGraphs = (graphs: DashboardGraph[]) => {
    const stack = testStack();
    const mine = new Mine(stack, 'Mine');
    mine.graphs = graphs;
    return () => operations(stack, { watch: [mine] });
  };

  test('a graph with more than 500 metrics is an error', () => {
    expect(withGraphs([graph(500)])).not.toThrow();
    expect(withGraphs([graph(501)])).toThrow('Test/Mine: invalid graph \'Many\' "<501 metrics>": expected at most 500 metrics');
  });

  test('so is a dashboard with more than 2,500', () => {
    expect(withGraphs(Array.from({ length: 5 }, () => graph(499)))).not.toThrow();
    expect(withGraphs(Array.from({ length: 6 }, () => graph(499)))).toThrow('expected at most 2500 metrics, the limit of a dashboard');
  });

  test('and one with more than 500 widgets', () => {
    expect(withGraphs(Array.from({ length: 493 }, () => graph(1)))).not.toThrow();
    expect(withGraphs(Array.from({ length: 496 }, () => graph(1)))).toThrow(/invalid watch "<50\d widgets>": expected at most 500 widgets/);
  });

  test('500 alarms are shown by five widgets, each with at most 100', () => {
    const app = testApp();
    const mine = [0, 1, 2, 3].map((part) => {
      const one = new Mine(new Stack(app, `Part${part}`), `Mine${part}`);
      for (let at = 0; at < 125; at++) one.recommend(`Alarm${at}`, AlarmSeverity.CRITICAL);
      return one;
    });
    const watching = new Stack(app, 'Watching');
    operations(watching, { watch: mine, name: 'Luca' });
    const [{ Properties }] = Object.values(templateOf(watching).findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.parse(
      Properties.DashboardBody['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : 'X')).join(''),
    );
    const alarms = (body.widgets as { type: string; properties: { title: string; alarms: string[] } }[]).filter(
      ({ type }) => type === 'alarm',
    );
    expect(alarms.map(({ properties }) => [properties.title, properties.alarms.length])).toEqual([
      ...[1, 2, 3, 4, 5].map((part) => [`Critical alarms, ${part} of 5, that are not OK`, 100]),
      ['Warnings that are not OK', 1],
      ...[1, 2, 3, 4, 5].map((part) => [`All critical alarms, ${part} of 5,`, 100]),
      ['All warnings', 1],
    ]);
  });
});

test.each<[string, string, object, string]>([
  ['a name that ends the query', 'a"} or vector(1) or {"b', {}, 'invalid metricName "a\\"} or vector(1) or {\\"b": expected letters'],
  ['an attribute that ends the query', 'a', { attribute: 'a) or vector(1' }, 'expected letters, digits and underscores'],
  ['no threshold', 'a', { threshold: undefined }, 'missing threshold'],
  ['a percentile of 100', 'a', { percentile: 100 }, 'invalid percentile 100: expected a number above 0 and below 100'],
  ['no requests', 'a', { minimumRequests: 0 }, 'invalid minimumRequests 0: expected an integer from 1'],
  ['a period of seconds', 'a', { period: Duration.seconds(30) }, 'expected from 1 minute to 1 day'],
  ['a pending period of two days', 'a', { pendingPeriod: Duration.days(2) }, 'expected at most 1 day'],
])('a latency of tenants with %s is an error', (_name, metricName, options, message) => {
  const create = () => TenantLatency.histogram(metricName, { attribute: 'school', threshold: Duration.millis(120), ...options });
  expect(create).toThrow(message);
  expect(create).toThrow(/^TenantLatency.histogram: /);
});
