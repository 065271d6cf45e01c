import { Duration, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlarmSeverity, type IObservable, Notification, TenantLatency } from '../../src';
import { secureFunction } from '../secure-function/fixtures';
import { templateOf, testApp, testStack } from '../synth';
import { tenantApi } from '../tenant-isolated-api/fixtures';
import { maximal } from './apps';
import { operations } from './fixtures';

/** A construct with one graph. */
class OneGraph extends Construct implements IObservable {
  public readonly recommendedAlarms = [];
  public readonly logGroups = [];
  public readonly graphs? = [{ title: 'Open', left: [new Metric({ namespace: 'Mine', metricName: 'Open', label: 'Open' })] }];
}

interface WidgetOfBody {
  readonly type: string;
  readonly x: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** The widgets of the dashboard, with X for what is known after the deployment only. */
function widgetsIn(stack: Stack): WidgetOfBody[] {
  const [{ DashboardBody }] = resources(stack, 'AWS::CloudWatch::Dashboard') as { DashboardBody: { 'Fn::Join': [string, unknown[]] } }[];
  return JSON.parse(DashboardBody['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'X')).join('')).widgets;
}

type Properties = Record<string, unknown>;
function resources(stack: Stack, type: string): Properties[] {
  return Object.values(templateOf(stack).findResources(type)).map(({ Properties }) => Properties);
}

describe('names', () => {
  const stack = testStack();
  const grades = secureFunction(stack, {}, 'Grades');
  grades.alarms.errors({ alarmName: 'Luca-P95-Latency-Alert', threshold: 5 });
  operations(stack, { watch: [grades], name: 'Luca', dashboardName: 'Luca-Production-Overview' });
  const alarms = resources(stack, 'AWS::CloudWatch::Alarm');
  const composites = resources(stack, 'AWS::CloudWatch::CompositeAlarm');

  test('of the topic, the dashboard and the alarms come from one name', () => {
    expect(resources(stack, 'AWS::SNS::Topic')).toEqual([expect.objectContaining({ TopicName: 'luca-ops-alerts' })]);
    expect(resources(stack, 'AWS::CloudWatch::Dashboard')).toEqual([
      expect.objectContaining({ DashboardName: 'Luca-Production-Overview' }),
    ]);
    expect([...alarms, ...composites].map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'Luca-Grades-DeadLetters',
      'Luca-Grades-DeadLetters-Causes',
      'Luca-Grades-DeadLetters-Condition',
      'Luca-Grades-Throttles',
      'Luca-Operations-FailedNotifications',
      'Luca-P95-Latency-Alert',
    ]);
  });

  test('that an alarm was given before stay, as do its settings', () => {
    expect(alarms).toContainEqual(expect.objectContaining({ AlarmName: 'Luca-P95-Latency-Alert', Threshold: 5 }));
  });

  test('of symptoms are those of the alarms that send messages', () => {
    const withNames = testStack();
    const fn = secureFunction(withNames, {}, 'Grades');
    fn.alarms.deadLetters({ alarmName: 'Dead' });
    operations(withNames, { watch: [fn] });
    expect(
      resources(withNames, 'AWS::CloudWatch::CompositeAlarm')
        .map(({ AlarmName }) => AlarmName)
        .sort(),
    ).toEqual(['Dead', 'Dead-Causes']);
    expect(resources(withNames, 'AWS::CloudWatch::Alarm')).toContainEqual(expect.objectContaining({ AlarmName: 'Dead-Condition' }));
  });

  test('have at most 255 characters, however deep a construct is', () => {
    const deep = new Stack(testApp(), 'Test');
    const fn = secureFunction(deep, {}, 'A'.repeat(240));
    operations(deep, { watch: [fn], name: 'Luca' });
    const names = resources(deep, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => String(AlarmName));
    expect(new Set(names).size).toBe(4);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(255);
  });
});

describe('an alarm whose cause has an alarm of its own', () => {
  const stack = testStack();
  const grades = secureFunction(stack, {}, 'Grades');
  const made = operations(stack, { watch: [grades] });
  const template = templateOf(stack);
  const resolved = (id: RegExp, type: string) => Object.entries(template.findResources(type)).find(([found]) => id.test(found)) ?? [];
  const [condition, dead] = resolved(/GradesDeadLettersAlarm/, 'AWS::CloudWatch::Alarm');
  const [, notification] = resolved(/DeadLettersNotification/, 'AWS::CloudWatch::CompositeAlarm');
  const [causes, suppressor] = resolved(/DeadLettersCauses/, 'AWS::CloudWatch::CompositeAlarm');
  const arnOf = (id: unknown) => ({ 'Fn::GetAtt': [id, 'Arn'] });

  test('evaluates its metric, and sends nothing itself', () => {
    expect(dead?.Properties.AlarmActions).toBeUndefined();
    expect(dead?.Properties.OKActions).toBeUndefined();
  });

  test('has a composite alarm, which sends its messages unless a cause is in alarm', () => {
    expect(notification?.Properties).toMatchObject({
      AlarmRule: { 'Fn::Join': ['', ['ALARM("', arnOf(condition), '")']] },
      ActionsSuppressor: arnOf(causes),
      ActionsSuppressorWaitPeriod: 120,
      ActionsSuppressorExtensionPeriod: 300,
      AlarmDescription: dead?.Properties.AlarmDescription,
    });
    expect(notification?.Properties.AlarmActions).toEqual(notification?.Properties.OKActions);
    expect(JSON.stringify(suppressor?.Properties.AlarmRule)).toMatch(/GradesErrorsAlarm.*OR.*GradesThrottlesAlarm/);
    expect(suppressor?.Properties.AlarmActions).toBeUndefined();
    expect(made.notifyingAlarms.map(({ node }) => node.id)).toContain('DeadLettersNotification');
  });

  test('of another construct does the same', () => {
    const two = testStack();
    const fn = secureFunction(two, {}, 'Grades');
    const api = tenantApi(two);
    const symptom = api.alarms.undecided();
    operations(two, { watch: [fn, api], symptoms: [{ symptom, causes: [fn.alarms.errors()] }] });
    const found = Object.entries(templateOf(two).findResources('AWS::CloudWatch::CompositeAlarm')).find(([id]) =>
      /UndecidedNotification/.test(id),
    );
    expect(found?.[1].Properties.ActionsSuppressor['Fn::GetAtt'][0]).toMatch(/^GradesErrorsAlarm/);
  });
});

describe('notifications', () => {
  const notified = (...notify: Notification[]) => {
    const stack = testStack();
    operations(stack, { notify, name: 'Luca' });
    return stack;
  };
  const secretIn = (stack: Stack) => Secret.fromSecretNameV2(stack, 'PagerDuty', 'pagerduty');

  test('by e-mail are about all alarms', () => {
    const stack = notified(Notification.email('operators@example.com'));
    expect(resources(stack, 'AWS::SNS::Subscription')).toEqual([
      { Protocol: 'email', Endpoint: 'operators@example.com', TopicArn: { Ref: expect.stringMatching(/^OperationsTopic/) } },
    ]);
    expect(resources(stack, 'AWS::SNS::Topic')).toHaveLength(1);
  });

  test('of one severity have a topic of their own, to which only those alarms publish', () => {
    const stack = notified(Notification.email('pager@example.com', { severities: [AlarmSeverity.CRITICAL] }));
    const topics = Object.entries(templateOf(stack).findResources('AWS::SNS::Topic'));
    expect(topics.map(([, { Properties }]) => Properties.TopicName).sort()).toEqual(['luca-ops-alerts', 'luca-ops-alerts-critical']);
    const [critical] = topics.find(([, { Properties }]) => Properties.TopicName.endsWith('critical')) ?? [];
    expect(resources(stack, 'AWS::SNS::Subscription')).toEqual([expect.objectContaining({ TopicArn: { Ref: critical } })]);
    const withAction = resources(stack, 'AWS::CloudWatch::Alarm').filter(({ AlarmActions }) =>
      JSON.stringify(AlarmActions)?.includes(`${critical}`),
    );
    expect(withAction.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'Luca-OperationsWatched-Errors',
      'Luca-OperationsWatched-Throttles',
    ]);
    expect(withAction.every(({ AlarmActions }) => (AlarmActions as unknown[]).length === 2)).toBe(true);
  });

  test('of PagerDuty are about critical alarms, and its URL is a reference to the secret', () => {
    const stack = testStack();
    operations(stack, { notify: [Notification.pagerDuty(secretIn(stack), { field: 'url' })] });
    const [{ Endpoint, Protocol, TopicArn }] = resources(stack, 'AWS::SNS::Subscription');
    expect(Protocol).toBe('https');
    expect(JSON.stringify(Endpoint)).toMatch(/\{\{resolve:secretsmanager:.*secret:pagerduty:SecretString:url::\}\}/);
    expect(TopicArn).toEqual({ Ref: expect.stringMatching(/^OperationsCriticalTopic/) });
  });

  test('in Slack come from a role without permissions, and allow nobody to do anything', () => {
    const stack = notified(Notification.slack({ workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' }));
    const [channel] = resources(stack, 'AWS::Chatbot::SlackChannelConfiguration');
    expect(channel).toMatchObject({
      SlackWorkspaceId: 'T0123ABCD',
      SlackChannelId: 'C0123ABCD',
      SnsTopicArns: [{ Ref: expect.stringMatching(/^OperationsTopic/) }],
      GuardrailPolicies: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AWSDenyAll']] }],
    });
    const role = templateOf(stack).findResources('AWS::IAM::Role')[(channel.IamRoleArn as Record<string, string[]>)['Fn::GetAtt'][0]];
    expect(Object.keys(role.Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Description']);
  });

  test('of a topic that exists are actions of the alarms themselves', () => {
    const stack = testStack();
    const arn = 'arn:aws:sns:eu-west-1:111122223333:existing';
    operations(stack, {
      notify: [Notification.topic(Topic.fromTopicArn(stack, 'Existing', arn), { severities: [AlarmSeverity.WARNING] })],
    });
    const withIt = [...resources(stack, 'AWS::CloudWatch::Alarm'), ...resources(stack, 'AWS::CloudWatch::CompositeAlarm')].filter((alarm) =>
      JSON.stringify(alarm.AlarmActions)?.includes(arn),
    );
    expect(withIt).toHaveLength(2);
    expect(withIt.every(({ OKActions }) => JSON.stringify(OKActions).includes(arn))).toBe(true);
  });

  test('keep their ids when others are added', () => {
    const ids = (stack: Stack) => Object.keys(templateOf(stack).findResources('AWS::SNS::Subscription'));
    const one = ids(notified(Notification.email('a@example.com')));
    expect(ids(notified(Notification.email('b@example.com'), Notification.email('a@example.com')))).toEqual(expect.arrayContaining(one));
  });
});

test('links lead to your copy of the pages', () => {
  const stack = testStack();
  operations(stack, { runbooks: 'https://wiki.example.com/andamio/' });
  const texts = JSON.stringify(templateOf(stack));
  expect(texts).toContain('What to do: https://wiki.example.com/andamio/secure-function/README.md#alarms');
  expect(texts).not.toContain('github.com/cdk-andamio');
});

test('the dashboard begins with alarms that are not OK, an overview and tables, then widgets of the app, then the graphs', () => {
  const stack = testStack();
  const api = tenantApi(stack);
  operations(stack, { watch: [api], widgets: [new TextWidget({ markdown: 'Who is on call' })] });
  const titles = widgetsIn(stack).map(({ properties: { title, markdown } }) => title ?? markdown);
  expect(titles.slice(0, 10)).toEqual([
    'Critical alarms that are not OK',
    'Warnings that are not OK',
    ...['Requests', 'Share of server errors', 'Latency, p95'].map((title) => `Api: ${title}`),
    ...['Requests by school', 'Latency by school, p95 in ms', 'Errors and throttling by school'].map((title) => `Api: ${title}`),
    'Who is on call',
    expect.stringMatching(/^### Api · /),
  ]);
  const [table] = widgetsIn(stack).filter(({ type }) => type === 'log');
  expect(table.properties.query).toMatch(/^SOURCE 'X' \| stats count\(\*\) as requests by tenant\n\| sort requests desc\n\| limit 10$/);
});

test('constructs with one graph share rows of the dashboard, each under its name', () => {
  const stack = testStack();
  const rooms = ['A', 'B'].map((id) => new OneGraph(stack, id));
  operations(stack, { watch: rooms });
  const found = widgetsIn(stack).filter(({ type, properties }) => type === 'text' || properties.title === 'Open');
  expect(found.slice(0, 4).map(({ x, properties: { title, markdown } }) => [x, title ?? markdown])).toEqual([
    [0, '### A'],
    [0, 'Open'],
    [8, '### B'],
    [8, 'Open'],
  ]);
});

test('an own key gets the statement, and an imported one a warning with it', () => {
  const own = testStack();
  operations(own, { encryptionKey: new Key(own, 'Own') });
  expect(JSON.stringify(Object.values(templateOf(own).findResources('AWS::KMS::Key', {})))).toContain('cloudwatch.amazonaws.com');
  const imported = testStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  operations(imported, {
    encryptionKey: Key.fromKeyArn(imported, 'Imported', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
  });
  Annotations.fromStack(imported).hasWarning(
    '/Test/Imported',
    Match.stringLikeRegexp('"cloudwatch.amazonaws.com".*"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:[*]".*importedKeyForAlarms'),
  );
});

describe('constructs of another stack', () => {
  const app = testApp();
  const stack = new Stack(app, 'Platform');
  const grades = secureFunction(stack, {}, 'Grades');
  const watching = new Stack(app, 'Watching');
  operations(watching, { watch: [stack] });

  test('are watched, without a circle of references between the stacks', () => {
    expect(() => app.synth()).not.toThrow();
    const [{ TopicName }] = resources(watching, 'AWS::SNS::Topic');
    expect(TopicName).toMatch(/^Watching-Operations-[0-9a-f]{8}$/);
    const errors = resources(stack, 'AWS::CloudWatch::Alarm').filter(({ AlarmActions }) => AlarmActions !== undefined);
    expect(errors).toHaveLength(2);
    for (const { AlarmActions } of errors) {
      expect(JSON.stringify(AlarmActions)).toContain(TopicName);
      expect(JSON.stringify(AlarmActions)).not.toContain('Fn::ImportValue');
    }
    expect(grades.alarms.errors().node.path).toBe('Platform/Grades/ErrorsAlarm');
  });
});

test('stages of one app have names of their own', () => {
  const app = testApp();
  const names = ['Test', 'Production'].map((id) => {
    const stack = new Stack(new Stage(app, id), 'Platform');
    const fn = secureFunction(stack, {}, 'Grades');
    operations(new Stack(stack.node.scope as Stage, 'Watching'), { watch: [fn] });
    return resources(stack, 'AWS::CloudWatch::CompositeAlarm').map(({ AlarmName }) => AlarmName);
  });
  expect(new Set(names.flat()).size).toBe(4);
});

test('a graph has its unit, and its limit as a line', () => {
  const stack = testStack();
  const fn = secureFunction(stack, {}, 'Grades');
  const graphs = [{ title: 'Mine', left: [new Metric({ namespace: 'Mine', metricName: 'Queue' })], limit: 3, unit: 'seconds' }];
  Object.defineProperty(fn, 'graphs', { value: graphs });
  operations(stack, { watch: [fn] });
  const body = JSON.stringify(resources(stack, 'AWS::CloudWatch::Dashboard'));
  expect(body).toContain('\\"label\\":\\"seconds\\"');
  expect(body).toContain('\\"value\\":3');
});

test('the app with every option synthesizes', () => {
  const stack = testStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  maximal(stack);
  expect(
    resources(stack, 'AWS::SNS::Topic')
      .map(({ TopicName }) => TopicName)
      .sort(),
  ).toEqual(['luca-ops-alerts', 'luca-ops-alerts-critical', 'luca-ops-alerts-warning']);
});

describe('latency of tenants', () => {
  const stack = testStack();
  const tenantLatency = [TenantLatency.histogram('Latency', { attribute: 'school', threshold: Duration.millis(120) })];
  const { notifyingAlarms } = operations(stack, { name: 'Luca', tenantLatency, notify: [Notification.email('operators@example.com')] });
  const [alarm, ...more] = resources(stack, 'AWS::CloudWatch::Alarm').filter(({ EvaluationCriteria }) => EvaluationCriteria !== undefined);

  test('is one alarm on a query, which has a minimum of requests', () => {
    expect(more).toEqual([]);
    const histogram = 'sum by (school) (sum_over_time({"Latency"}[300s]))';
    expect(alarm).toMatchObject({
      AlarmName: 'Luca-Operations-TenantLatency-Latency',
      AlarmDescription: expect.stringMatching(
        /^The 95th percentile of Latency is above 120 ms for at least one school .* What to do: https:/,
      ),
      EvaluationInterval: 60,
      EvaluationCriteria: {
        PromQLCriteria: {
          Query: `histogram_quantile(0.95, ${histogram}) > 0.12 and histogram_count(${histogram}) >= 20`,
          ...{ PendingPeriod: 120, RecoveryPeriod: 120 },
        },
      },
    });
  });

  test('notifies like a critical alarm, and is on the dashboard', () => {
    const [topic] = Object.keys(templateOf(stack).findResources('AWS::SNS::Topic'));
    expect(alarm).toMatchObject({ AlarmActions: [{ Ref: topic }], OKActions: [{ Ref: topic }] });
    expect(notifyingAlarms[0].node.path).toMatch(/Operations\/TenantLatency\/Latency$/);
    const [dashboard] = resources(stack, 'AWS::CloudWatch::Dashboard');
    expect(JSON.stringify(dashboard)).toMatch(/Critical alarms.{0,80}OperationsTenantLatency/);
  });

  test('is a graph of the slowest tenants', () => {
    const chart = widgetsIn(stack).find(({ type }) => type === 'chart');
    expect(chart).toMatchObject({
      ...{ width: 24, height: 6 },
      properties: {
        title: 'Latency: p95 in ms by school, the 10 slowest',
        view: 'line',
        region: expect.anything(),
        data: {
          queries: [
            {
              ...{ type: 'cloudwatch-metrics', language: 'PromQL', step: 60 },
              query: 'topk(10, 1000 * histogram_quantile(0.95, sum by (school) (sum_over_time({"Latency"}[300s]))))',
            },
          ],
        },
      },
    });
  });
});
