import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmSeverity, type IObservable, Notification, Operations, RecommendedAlarm } from 'cdk-andamio';
import { Construct } from 'constructs';
import { type Sandbox, startSandbox } from '../../sandbox';
import { check, described, USAGE } from './check';
import { queryOf } from './query';

/** The command, and the messages of Operations themselves, against the topics and alarms of the sandbox. */
class Waiting extends Construct implements IObservable {
  public readonly logGroups = [];
  public readonly recommendedAlarms: RecommendedAlarm[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const alarm = (name: string, severity: AlarmSeverity, symptomOf: string[] = []) =>
      RecommendedAlarm.of(this, {
        ...{ name, severity, symptomOf, threshold: 0, evaluationPeriods: 1, reason: 'Something waits.' },
        metric: new Metric({ namespace: 'Mine', metricName: name }),
        comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
        missingData: TreatMissingData.IGNORE,
      });
    this.recommendedAlarms = [
      alarm('Stopped', AlarmSeverity.CRITICAL),
      alarm('Late', AlarmSeverity.WARNING),
      alarm('Lost', AlarmSeverity.WARNING, ['Stopped', 'Late']),
    ];
  }
}

const folder = mkdtempSync(join(tmpdir(), 'messages-'));
let sandbox: Sandbox;
let arn: string;
let environment: NodeJS.ProcessEnv;
const run = (...args: string[]) => check(args, (region) => queryOf(region, environment));

beforeAll(async () => {
  const app = new App({ outdir: folder, analyticsReporting: false });
  const stack = new Stack(app, 'Watched');
  new Operations(stack, 'Operations', {
    watch: [new Waiting(stack, 'Waiting')],
    name: 'Luca',
    notify: [
      Notification.email('operators@schools.example'),
      Notification.email('pager@schools.example', { severities: [AlarmSeverity.CRITICAL] }),
    ],
  });
  app.synth();
  sandbox = await startSandbox(folder, { strict: true });
  const { accessKeyId, secretAccessKey, sessionToken } = sandbox.endpoint.administrator();
  environment = {
    ...{ AWS_ENDPOINT_URL: sandbox.endpoint.url, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
  arn = `arn:aws:sns:${sandbox.assembly.region}:${sandbox.assembly.account}:luca-ops-alerts`;
}, 120_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the link that AWS sent to an address. */
async function confirm(address: string): Promise<void> {
  const sent = sandbox.topics.deliveries().find(({ endpoint, subject }) => endpoint === address && /Confirmation/.test(subject ?? ''));
  const link = /https?:\S+Action=ConfirmSubscription\S+/.exec(sent?.message ?? '')?.[0];
  const { status } = await fetch(`${link}`);
  expect(status).toBe(200);
}

const messages = () =>
  sandbox.topics
    .deliveries()
    .filter(({ subject }) => /^(ALARM|OK):/.test(subject ?? ''))
    .map(({ endpoint, subject, status }) => [endpoint, /"([^"]+)"/.exec(subject ?? '')?.[1], subject?.split(':')[0], status]);

test('addresses that nobody has confirmed are listed', async () => {
  const checked = await run(arn, `${arn}-critical`);
  expect(described(checked)).toEqual([
    '2 subscriptions, 2 of them not confirmed.',
    'NOT confirmed luca-ops-alerts email operators@schools.example',
    'NOT confirmed luca-ops-alerts-critical email pager@schools.example',
    'Nothing arrives there before somebody has opened the link that AWS sent to the address.',
  ]);
});

test('a test alarm arrives at those who are confirmed, by its severity', async () => {
  await confirm('operators@schools.example');
  await confirm('pager@schools.example');
  const checked = await run(arn, `${arn}-critical`, '--test', 'Luca-Waiting-Stopped');
  expect(described(checked)).toEqual([
    '2 subscriptions, 0 of them not confirmed.',
    'confirmed     luca-ops-alerts email operators@schools.example',
    'confirmed     luca-ops-alerts-critical email pager@schools.example',
    'Luca-Waiting-Stopped is in alarm now: its message should arrive, and that of OK after the next evaluation.',
  ]);
  await expectMessages((found) => {
    expect(found).toContainEqual(['operators@schools.example', 'Luca-Waiting-Stopped', 'ALARM', 'delivered']);
    expect(found).toContainEqual(['pager@schools.example', 'Luca-Waiting-Stopped', 'ALARM', 'delivered']);
  });
});

test('a symptom sends nothing while its cause is in alarm', async () => {
  await run(arn, '--test', 'Luca-Waiting-Late');
  await run(arn, '--test', 'Luca-Waiting-Lost-Condition');
  await expectMessages((found) => expect(found).toContainEqual(['operators@schools.example', 'Luca-Waiting-Late', 'ALARM', 'delivered']));
  expect(sandbox.alarms.state('Luca-Waiting-Lost')).toBe('ALARM');
  expect(messages().filter(([, alarm]) => `${alarm}`.startsWith('Luca-Waiting-Lost'))).toEqual([]);
  expect(messages().filter(([endpoint, alarm]) => endpoint === 'pager@schools.example' && alarm === 'Luca-Waiting-Late')).toEqual([]);
});

async function expectMessages(assert: (found: ReturnType<typeof messages>) => void): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      return assert(messages());
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

test('an alarm that does not exist is an error of the service', async () => {
  await expect(run(arn, '--test', 'Nothing')).rejects.toThrow(/SetAlarmState: .*Nothing|SetAlarmState: .*not/i);
});

test.each<[string, string[], string]>([
  ['no topic', [], USAGE],
  ['a name', ['luca-ops-alerts'], 'Invalid topic luca-ops-alerts: expected an ARN'],
])('%s is an error', async (_, args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});

test('the URL of an endpoint is not shown, because it can contain a key', () => {
  const subscription = {
    topic: arn,
    protocol: 'https',
    endpoint: 'https://events.pagerduty.com/integration/key/enqueue',
    isConfirmed: true,
  };
  const lines = described({ subscriptions: [subscription] }).join('\n');
  expect(lines).toContain('https events.pagerduty.com');
  expect(lines).not.toContain('key');
});
