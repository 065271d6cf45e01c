import { Duration } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { openCloudWatch, type TestCloudWatch } from './testing';

const ACTION: cw.IAlarmAction = { bind: () => ({ alarmActionArn: 'arn:aws:sns:us-east-1:123456789012:Alarms' }) };

let open: TestCloudWatch | undefined;
afterEach(() => open?.close());

/** `Late` is a symptom of `Cause`, or of `Other`. */
async function start(props: Partial<cw.CompositeAlarmProps> = {}) {
  open = await openCloudWatch((stack) => {
    const [cause, late, other] = ['Cause', 'Late', 'Other'].map(
      (name) =>
        new cw.Alarm(stack, name, {
          ...{ alarmName: name, threshold: 0, evaluationPeriods: 1, treatMissingData: cw.TreatMissingData.NOT_BREACHING },
          comparisonOperator: cw.ComparisonOperator.GREATER_THAN_THRESHOLD,
          metric: new cw.Metric({ namespace: 'Shop', metricName: name, statistic: 'Maximum', period: Duration.minutes(1) }),
        }),
    );
    const composite = new cw.CompositeAlarm(stack, 'Symptom', {
      ...{ compositeAlarmName: 'Symptom', alarmDescription: 'Requests are late.', actionsSuppressor: cause },
      ...{ actionsSuppressorWaitPeriod: Duration.minutes(1), actionsSuppressorExtensionPeriod: Duration.minutes(2) },
      alarmRule: cw.AlarmRule.anyOf(
        cw.AlarmRule.fromAlarm(late, cw.AlarmState.ALARM),
        cw.AlarmRule.not(cw.AlarmRule.fromAlarm(other, cw.AlarmState.OK)),
      ),
      ...props,
    });
    composite.addAlarmAction(ACTION);
    composite.addOkAction(ACTION);
  });
  const { put, pass, published, start: begin, started } = open;
  await pass(1);
  await pass(2);
  return {
    ...open,
    /** A minute with values of the named metrics; 0 for others. */
    async minute(...names: string[]) {
      for (const name of ['Cause', 'Late', 'Other']) put({ namespace: 'Shop', name, value: names.includes(name) ? 1 : 0 });
      await pass(1);
    },
    subjects: () => published.map(({ subject }) => subject.slice(0, subject.indexOf(':'))),
    ofSymptom: () =>
      started
        .use('alarms')
        .history()
        .filter(({ alarm }) => alarm === 'Symptom')
        .map(
          ({ from, to, at, actions, suppressed }) =>
            `${from}>${to} @${(at - begin) / 60_000} ${actions.length}${suppressed ? ' held' : ''}`,
        ),
  };
}

test('a symptom without its cause takes its actions after the wait period', async () => {
  const { minute, ofSymptom, published, subjects } = await start();
  await minute('Late');
  await minute('Late');
  await minute();
  await minute();
  await minute();
  expect(ofSymptom()).toEqual([
    'INSUFFICIENT_DATA>OK @1 0 held',
    'OK>OK @2 1',
    'OK>ALARM @4 0 held',
    'ALARM>ALARM @5 1',
    'ALARM>OK @6 0 held',
    'OK>OK @7 1',
  ]);
  expect(subjects()).toEqual(['OK', 'ALARM', 'OK']);
  expect(published[1].message).toMatchObject({
    ...{ AlarmName: 'Symptom', AlarmRule: expect.stringContaining('ALARM("arn:aws:cloudwatch:'), OldStateValue: 'OK' },
    NewStateReason: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:Late transitioned to ALARM at Monday 30 November, 2026 08:04:00 UTC',
    TriggeringChildren: [
      {
        Arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:Late',
        State: { Value: 'ALARM', Timestamp: '2026-11-30T08:04:00.000+0000' },
      },
    ],
  });
  expect(published[1].message).not.toHaveProperty('Trigger');
});

test('a cause that goes off within the wait period suppresses the symptom', async () => {
  const { minute, subjects, ofSymptom } = await start();
  await minute('Late');
  await minute('Late', 'Cause');
  await minute('Late', 'Cause');
  await minute();
  for (let count = 0; count < 5; count += 1) await minute();
  expect(subjects()).toEqual(['OK']);
  expect(ofSymptom().slice(2)).toEqual(['OK>ALARM @4 0 held', 'ALARM>OK @7 0 held']);
});

test('a symptom that outlasts its cause is reported after the extension period', async () => {
  const { minute, subjects, ofSymptom } = await start();
  await minute('Late', 'Cause');
  await minute('Late');
  await minute('Late');
  await minute('Late');
  expect(subjects()).toEqual(['OK', 'ALARM']);
  expect(ofSymptom().slice(2)).toEqual(['OK>ALARM @4 0 held', 'ALARM>ALARM @7 1']);
});

test('rules with NOT follow other states', async () => {
  const { minute, state } = await start();
  await minute('Other');
  expect(state('Symptom')).toBe('ALARM');
  await minute();
  expect(state('Symptom')).toBe('OK');
});
