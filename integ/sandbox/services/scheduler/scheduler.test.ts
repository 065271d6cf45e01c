import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Assembly, JsonObject, LogLine, Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { callerWith } from '../../streams/service-caller';
import { assemblyOf, invalid, temporaryFolder } from '../../testing/engines';

/** The longest wait of these tests is a minute. */
const SPEED = 60;
const MINUTE_MS = 60_000;
const unused = temporaryFolder();
const folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
const lines: LogLine[] = [];
const reported: string[] = [];
let sandbox: Sandbox;

interface RoleOptions {
  readonly scope: cdk.Stack;
  readonly id: string;
  readonly actions: readonly string[];
  readonly trusted?: string;
}

/** A role that Scheduler may assume for the default group of this account, as "Confused deputy prevention" documents it. */
function roleArn({ scope, id, actions, trusted = 'scheduler.amazonaws.com' }: RoleOptions): string {
  const group = `arn:aws:scheduler:${scope.region}:${scope.account}:schedule-group/default`;
  const conditions = { StringEquals: { 'aws:SourceAccount': scope.account, 'aws:SourceArn': group } };
  const role = new iam.Role(scope, id, { assumedBy: new iam.ServicePrincipal(trusted, { conditions }) });
  role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: ['*'] }));
  return role.roleArn;
}

function build(stack: cdk.Stack): void {
  const encryptionMasterKey = new kms.Key(stack, 'Key');
  const dead = new sqs.Queue(stack, 'Dead', { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey });
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async (event) => { console.log("got " + JSON.stringify(event)); };'),
  });
  const machine = new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Done')) });
  const sending = ['sqs:SendMessage', 'kms:Decrypt', 'kms:GenerateDataKey'];
  const allowed = roleArn({ scope: stack, id: 'Allowed', actions: ['lambda:InvokeFunction', 'states:StartExecution', ...sending] });
  const powerless = roleArn({ scope: stack, id: 'Powerless', actions: sending });
  const distrustful = roleArn({ scope: stack, id: 'Distrustful', actions: ['*'], trusted: 'events.amazonaws.com' });
  const input =
    '{"kind":"PERIOD_END","time":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","attempt":"<aws.scheduler.attempt-number>","schedule":"<aws.scheduler.schedule-arn>","other":"<aws.scheduler.colour>"}';
  const add = (id: string, target: Partial<CfnSchedule.TargetProperty>, more: Partial<cdk.aws_scheduler.CfnScheduleProps> = {}) =>
    new CfnSchedule(stack, id, {
      ...{ name: id, scheduleExpression: 'rate(365 days)', flexibleTimeWindow: { mode: 'OFF' } },
      target: { arn: fn.functionArn, roleArn: allowed, input, deadLetterConfig: { arn: dead.queueArn }, ...target },
      ...more,
    });
  add(
    'Quarter',
    {},
    {
      ...{ scheduleExpression: 'cron(0 6 5 1,4,7,10 ? *)', scheduleExpressionTimezone: 'Europe/Berlin' },
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
    },
  );
  add('Starter', { arn: machine.stateMachineArn, input: '{"period":"2026Q4"}' });
  add('Denied', { roleArn: powerless, retryPolicy: { maximumRetryAttempts: 2 } });
  add('Old', { roleArn: powerless, retryPolicy: { maximumEventAgeInSeconds: 60 } });
  add('Distrusted', { roleArn: distrustful, retryPolicy: { maximumRetryAttempts: 0 } });
  add('Disabled', {}, { state: 'DISABLED' });
  add('Over', {}, { scheduleExpression: 'rate(1 minute)', startDate: '2020-01-01T00:00:00Z', endDate: '2020-01-02T00:00:00Z' });
  add('Filtered', {});
}

beforeAll(async () => {
  const app = new cdk.App({ outdir: folder, analyticsReporting: false });
  build(new cdk.Stack(app, 'Shop'));
  app.synth();
  sandbox = await startSandbox(folder, {
    ...{ strict: true, speed: SPEED, onLog: (line) => lines.push(line), report: (line) => reported.push(line) },
    schedules: ({ logicalId }) => logicalId !== 'Filtered',
  });
}, 120_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const of = (name: string) => sandbox.schedules.invocations().filter(({ scheduleArn }) => scheduleArn.endsWith(`schedule/default/${name}`));

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !holds() && Date.now() < end; ) await new Promise((wake) => setTimeout(wake, 50));
}

async function deadLetters(count: number): Promise<Map<string, Message>> {
  const { expiration: _, ...credentials } = sandbox.endpoint.administrator();
  const client = new SQSClient({ endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials });
  const [queue] = sandbox.assembly.ofType('AWS::SQS::Queue');
  const found = new Map<string, Message>();
  for (const end = Date.now() + 30_000; found.size < count && Date.now() < end; ) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: sandbox.assembly.ref(queue), WaitTimeSeconds: 1, MessageAttributeNames: ['All'] }),
    );
    for (const message of Messages) found.set(message.MessageAttributes?.SCHEDULE_ARN?.StringValue?.split('/').pop() ?? '', message);
  }
  client.destroy();
  return found;
}

test('a rate without a start begins at once, and starts a state machine with the role of the schedule', async () => {
  await until(() => of('Starter').length > 0);
  expect(of('Starter')).toEqual([expect.objectContaining({ attempt: 1 })]);
  const [machine] = sandbox.assembly.ofType('AWS::StepFunctions::StateMachine');
  const caller = callerWith(sandbox.endpoint, sandbox.assembly.region, () => sandbox.endpoint.administrator());
  const call = (operation: string, input: JsonObject) => caller.json('states', 'AWSStepFunctions', operation, input);
  const { executions } = await call('ListExecutions', { stateMachineArn: sandbox.assembly.ref(machine) });
  const [{ executionArn }] = executions as JsonObject[];
  expect(await call('DescribeExecution', { executionArn })).toMatchObject({ input: '{"period":"2026Q4"}' });
});

test('what is not permitted is tried again as often and as long as the policy says, and is a dead letter with the input then', async () => {
  const letters = await deadLetters(2);
  const attributes = (name: string) =>
    Object.fromEntries(Object.entries(letters.get(name)?.MessageAttributes ?? {}).map(([key, { StringValue }]) => [key, StringValue]));
  const [first] = of('Denied');
  expect(of('Denied').map(({ attempt, error }) => [attempt, error])).toEqual(
    [1, 2, 3].map((attempt) => [attempt, 'AccessDeniedException']),
  );
  expect(attributes('Denied')).toEqual({
    ERROR_CODE: 'AccessDeniedException',
    ERROR_MESSAGE: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction on resource'),
    EXECUTION_ID: of('Denied')[2].executionId,
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: '2',
    SCHEDULED_TIME: `${new Date(first.scheduledAt).toISOString().slice(0, 19)}Z`,
    SCHEDULE_ARN: first.scheduleArn,
    TARGET_ARN: expect.stringMatching(/:function:/),
  });
  expect(JSON.parse(letters.get('Denied')?.Body ?? '')).toMatchObject({
    kind: 'PERIOD_END',
    attempt: '3',
    id: of('Denied')[2].executionId,
  });
  expect(attributes('Old')).toMatchObject({ EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' });
  const old = of('Old');
  expect(old.length).toBeGreaterThan(3);
  expect(old[old.length - 1].at - old[0].at).toBeLessThanOrEqual(MINUTE_MS);
});

test('a role that does not trust Scheduler invokes nothing, and sends no dead letter either', async () => {
  await until(() => of('Distrusted').length > 0);
  expect(of('Distrusted')).toEqual([expect.objectContaining({ attempt: 1, error: 'InternalFailure' })]);
  await until(() => reported.some((line) => line.includes('its dead letter could not be sent')));
  expect(reported).toContainEqual(expect.stringMatching(/Shop\.Distrusted: its dead letter could not be sent: .*sts:AssumeRole/));
});

// The last test, because it moves the clock.
test('a cron expression in a time zone invokes a function in its window, with the attributes in the input, once', async () => {
  const { clock } = sandbox;
  const now = clock.now();
  const year = new Date(now).getUTCFullYear();
  const quarters = [year, year + 1].flatMap((one) => [Date.UTC(one, 0, 5, 5), ...[3, 6, 9].map((month) => Date.UTC(one, month, 5, 4))]);
  const time = quarters.find((one) => one > now) as number;
  clock.advance(time - now - MINUTE_MS);
  expect(of('Quarter')).toEqual([]);
  clock.advance(MINUTE_MS);
  await until(() => of('Quarter').length > 0);
  const [invocation] = of('Quarter');
  expect(invocation).toMatchObject({ scheduledAt: time, attempt: 1 });
  expect(invocation).not.toHaveProperty('error');
  expect(invocation.at - time).toBeGreaterThan(0);
  // One second of this machine is a minute of the clock.
  expect(invocation.at - time).toBeLessThan(25 * MINUTE_MS);
  const got = () => lines.map(({ message }) => message).find((message) => message.includes('got '));
  await until(() => got() !== undefined);
  expect(JSON.parse(got()?.slice((got() ?? '').indexOf('{')) ?? '')).toEqual({
    ...{ kind: 'PERIOD_END', time: `${new Date(time).toISOString().slice(0, 19)}Z`, id: invocation.executionId, attempt: '1' },
    ...{ schedule: invocation.scheduleArn, other: '<aws.scheduler.colour>' },
  });
  // Two further times are passed at once.
  clock.advance(200 * 86_400_000);
  await until(() => of('Quarter').length > 1);
  await new Promise((wake) => setTimeout(wake, 500));
  expect(of('Quarter').map(({ scheduledAt }) => scheduledAt)).toEqual([time, quarters[quarters.indexOf(time) + 1]]);
  expect(['Disabled', 'Over', 'Filtered'].flatMap(of)).toEqual([]);
}, 60_000);

test.each<[string, Partial<cdk.aws_scheduler.CfnScheduleProps>, string]>([
  ['an expression', { scheduleExpression: 'cron(0 6 5 1 * *)' }, 'ScheduleExpression cannot be run: cron(0 6 5 1 * *) must have ?'],
  ['a time zone', { scheduleExpressionTimezone: 'Mars/Phobos' }, 'ScheduleExpressionTimezone Mars/Phobos is not a time zone'],
  ['a state', { state: 'PAUSED' }, 'State PAUSED is not ENABLED or DISABLED'],
  ['a date', { startDate: 'soon' }, 'StartDate soon is not a time'],
  ['a mode', { flexibleTimeWindow: { mode: 'ON' } }, 'FlexibleTimeWindow.Mode ON must be FLEXIBLE, or OFF without a window'],
  ['a window', { flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 1441 } }, 'MaximumWindowInMinutes is 1441'],
  ['a window that is missing', { flexibleTimeWindow: { mode: 'FLEXIBLE' } }, 'FlexibleTimeWindow.MaximumWindowInMinutes is missing'],
])('%s that Scheduler would reject is named', (_name, more, message) => {
  expect(invalid(withSchedule(more))).toEqual([expect.stringContaining(message)]);
});

test.each<[string, Partial<CfnSchedule.TargetProperty>, string]>([
  [
    'of another kind',
    { arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' },
    'Target.Arn arn:aws:scheduler:::aws-sdk:sqs:sendMessage is not supported',
  ],
  ['without an input', { input: undefined }, 'Target.Input is missing'],
  ['with an input that is not JSON', { input: 'hello' }, 'Target.Input cannot be run'],
  ['with a FIFO queue', { deadLetterConfig: { arn: 'arn:aws:sqs:us-east-1:123456789012:dead.fifo' } }, 'is not a standard queue'],
  ['with too many retries', { retryPolicy: { maximumRetryAttempts: 186 } }, 'MaximumRetryAttempts is 186'],
  ['with too short an age', { retryPolicy: { maximumEventAgeInSeconds: 59 } }, 'MaximumEventAgeInSeconds is 59'],
])('a target %s is named', (_name, target, message) => {
  expect(invalid(withSchedule({}, target))).toEqual([expect.stringContaining(message)]);
});

function withSchedule(more: Partial<cdk.aws_scheduler.CfnScheduleProps>, target: Partial<CfnSchedule.TargetProperty> = {}): Assembly {
  return assemblyOf(unused, (stack) => {
    new CfnSchedule(stack, 'Schedule', {
      ...{ scheduleExpression: 'rate(1 hour)', flexibleTimeWindow: { mode: 'OFF' } },
      target: {
        ...{ arn: 'arn:aws:lambda:us-east-1:123456789012:function:f', roleArn: 'arn:aws:iam::123456789012:role/r', input: '{}' },
        ...target,
      },
      ...more,
    });
  });
}
