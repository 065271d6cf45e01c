import { AlarmSeverity } from '../../src';
import { keepsPromises } from '../promises';
import { secureFunction } from '../secure-function/fixtures';
import { logicalIds, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';
import { operations } from './fixtures';

function resources(template: ReturnType<typeof templateOf>, type: string) {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

// Alarms are what it is for.
keepsPromises(minimal, { alarms: true });

describe('without options', () => {
  const stack = testStack();
  const fn = secureFunction(stack, {}, 'Grades');
  const made = operations(stack, { watch: [fn] });
  const template = templateOf(stack);

  test('each recommended alarm of what is watched exists, and one of the messages themselves', () => {
    const names = [...fn.recommendedAlarms, ...made.recommendedAlarms].map(({ name }) => name);
    expect(names).toEqual(['Errors', 'Throttles', 'DeadLetters', 'FailedNotifications']);
    template.resourceCountIs('AWS::CloudWatch::Alarm', names.length);
    expect(made.notifyingAlarms).toHaveLength(names.length);
  });

  test('each alarm that sends messages sends them to the topic, also when it returns to OK', () => {
    const topic = [{ Ref: logicalIds(template, 'AWS::SNS::Topic')[0] }];
    const notifying = [...resources(template, 'AWS::CloudWatch::Alarm'), ...resources(template, 'AWS::CloudWatch::CompositeAlarm')].filter(
      ({ AlarmActions }) => AlarmActions !== undefined,
    );
    expect(notifying).toHaveLength(made.notifyingAlarms.length);
    for (const alarm of notifying) expect(alarm).toMatchObject({ AlarmActions: topic, OKActions: topic });
  });

  test('CloudWatch, for alarms of this account and Region, may publish to the encrypted topic and use its key', () => {
    const condition = {
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      ArnLike: {
        'aws:SourceArn': {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':cloudwatch:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':alarm:*'],
          ],
        },
      },
    };
    const statements = (type: string, property: string) =>
      resources(template, type)
        .flatMap((properties) => properties[property].Statement)
        .filter(({ Principal }) => Principal.Service === 'cloudwatch.amazonaws.com');
    expect(statements('AWS::SNS::TopicPolicy', 'PolicyDocument')).toEqual([
      expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Condition: condition }),
    ]);
    expect(statements('AWS::KMS::Key', 'KeyPolicy')).toEqual([
      expect.objectContaining({ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Condition: condition }),
    ]);
    expect(resources(template, 'AWS::SNS::Topic')).toEqual(
      [{ KmsMasterKeyId: { 'Fn::GetAtt': ['AppKey5E9CBB1A', 'Arn'] } }].map(() =>
        expect.objectContaining({ KmsMasterKeyId: expect.anything() }),
      ),
    );
  });

  test('nothing has a name of its own, so that stages of one account do not collide', () => {
    for (const type of ['AWS::SNS::Topic', 'AWS::CloudWatch::Dashboard', 'AWS::CloudWatch::Alarm']) {
      for (const properties of resources(template, type)) {
        expect(Object.keys(properties).filter((property) => /^(TopicName|DashboardName|AlarmName)$/.test(property))).toEqual([]);
      }
    }
    // A composite alarm needs a name.
    const names = resources(template, 'AWS::CloudWatch::CompositeAlarm').map(({ AlarmName }) => AlarmName);
    expect(names).toEqual(
      [expect.stringMatching(/^Test-Grades-.*-[0-9a-f]{8}-Causes$/), expect.stringMatching(/^Test-Grades-.*-Notification$/)].sort(),
    );
  });

  test('nobody is subscribed', () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    template.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
  });

  test('the dashboard has the alarms that are not OK first, then each construct with its graphs, then all alarms', () => {
    const [{ DashboardBody }] = resources(template, 'AWS::CloudWatch::Dashboard');
    const text = DashboardBody['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : 'X')).join('');
    const widgets = JSON.parse(text).widgets as { readonly type: string; readonly properties: Record<string, unknown> }[];
    expect(widgets.map(({ type, properties }) => properties.title ?? properties.markdown ?? type)).toEqual([
      'Critical alarms that are not OK',
      'Warnings that are not OK',
      expect.stringMatching(/^### Grades · \[What to do\]\(https:.*\/secure-function\/README\.md#alarms\)$/),
      ...(fn.graphs ?? []).map(({ title }) => title),
      expect.stringMatching(/^### Operations · /),
      'Messages of alarms',
      'All critical alarms',
      'All warnings',
    ]);
    const alarms = widgets.filter(({ type }) => type === 'alarm').map(({ properties }) => [properties.states, properties.sortBy]);
    const notOk = [['ALARM', 'INSUFFICIENT_DATA'], 'stateUpdatedTimestamp'];
    expect(alarms).toEqual([notOk, notOk, [undefined, undefined], [undefined, undefined]]);
  });

  test('its shape does not change', () => {
    expect(scrubbed(template)).toMatchSnapshot();
  });
});

test('the severity of an alarm is that of its recommendation', () => {
  const stack = testStack();
  const { recommendedAlarms } = operations(stack);
  expect(recommendedAlarms.map(({ severity }) => severity)).toEqual([AlarmSeverity.WARNING]);
});
