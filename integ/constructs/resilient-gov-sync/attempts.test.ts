import { Duration, type Stack, TimeZone } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Confirmation, Duplicates, GovEndpoint, GovSchedule, ReportSource, ResilientGovSync, Transport } from '../../../src';
import { type FastForward, fastForward } from '../../kit/fast-forward';
import type { JsonObject, LogLine, Sandbox } from '../../sandbox';
import { callerWith } from '../../sandbox/streams/service-caller';
import { startStack } from '../fixtures/start-stack';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const NOW = Date.now();
const YEAR = new Date(NOW).getUTCFullYear();
/** The ends of quarters: 6 o'clock in Berlin on the fifth, in winter and in summer. */
const ENDS = [YEAR, YEAR + 1].flatMap((year) => [Date.UTC(year, 0, 5, 5), ...[3, 6, 9].map((month) => Date.UTC(year, month, 5, 4))]);
const START = ENDS.find((end) => end > NOW + 7 * HOUR_MS) as number;
/** One report, from the time of the fourth attempt on. */
const SOURCE = `
const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
const s3 = new S3Client();
exports.handler = async ({ period, destination: { bucket, prefix } }) => {
  if (Date.now() < ${START + 15 * HOUR_MS}) throw new Error('the registry is closed');
  const Body = JSON.stringify({ school: 'north', period: period.name, rows: [] });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + 'north.json', Body }));
  return { state: 'DONE', reports: 1 };
};`;
const SEND = `exports.handler = async () => ({ status: 200, headers: {}, body: '{"receipt":"r-1"}' });`;
const lines: LogLine[] = [];
let sandbox: Sandbox;
let forward: FastForward | undefined;
let close: (() => Promise<void>) | undefined;

beforeAll(async () => {
  const build = (stack: Stack) => {
    const runtime = Runtime.NODEJS_24_X;
    const own = (id: string, code: string) =>
      new LambdaFunction(stack, id, { runtime, handler: 'index.handler', code: Code.fromInline(code), timeout: Duration.seconds(30) });
    new ResilientGovSync(stack, 'Government', {
      schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6, flexibleWindow: Duration.minutes(0) }),
      reports: ReportSource.fromFunction(own('Source', SOURCE)),
      endpoint: GovEndpoint.of({
        url: 'https://reports.education.example/v1/reports',
        transport: Transport.fromFunction(own('Send', SEND)),
        duplicates: Duplicates.neither(),
        confirmation: Confirmation.of({ receipt: 'receipt' }),
        maxPerSecond: 10,
      }),
    });
  };
  ({ sandbox, close } = await startStack('Attempts', build, 1, {
    ...{ functionsOnClock: () => true, onLog: (line: LogLine) => void lines.push(line) },
  }));
  // Retries of a task wait for seconds. The next run of a schedule is hours away: the test moves the clock there.
  const { clock } = sandbox;
  forward = fastForward(sandbox, { isBusy: () => (clock.nextWait() ?? 0) - clock.now() > 5 * MINUTE_MS });
}, 240_000);
afterAll(async () => {
  await forward?.close();
  await close?.();
});

interface Execution {
  readonly name: string;
  readonly status: string;
}

async function executions(): Promise<readonly Execution[]> {
  const caller = callerWith(sandbox.endpoint, sandbox.assembly.region, () => sandbox.endpoint.administrator());
  const [machine] = sandbox.assembly.ofType('AWS::StepFunctions::StateMachine');
  const input: JsonObject = { stateMachineArn: sandbox.assembly.ref(machine) };
  const found = await caller.json('states', 'AWSStepFunctions', 'ListExecutions', input);
  return found.executions as unknown as Execution[];
}

/** The states of the executions once `count` of them have ended. */
async function ended(count: number): Promise<Record<string, string>> {
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((wake) => setTimeout(wake, 50))) {
    const found = await executions();
    if (found.length === count && found.every(({ status }) => status !== 'RUNNING')) break;
  }
  return Object.fromEntries((await executions()).map(({ name, status }) => [name, status]));
}

/** The metrics of each run of the schedule of every 6 hours. */
function measured(): Record<string, unknown>[] {
  const texts = lines.map(({ message }) => message.slice(message.indexOf('{'))).filter((text) => text.includes('"message":"Periods"'));
  return texts.map((text) => JSON.parse(text) as Record<string, unknown>);
}

async function lastMeasured(count: number): Promise<Record<string, unknown>> {
  for (const end = Date.now() + 60_000; measured().length < count && Date.now() < end; ) await new Promise((wake) => setTimeout(wake, 20));
  return measured().slice(count - 1)[0];
}

test("the quarter's end starts attempt 1, what fails is started again after 6 hours, and the third failure sets the metric to 3", async () => {
  const { clock, schedules } = sandbox;
  const [month, year] = [new Date(START).getUTCMonth(), new Date(START).getUTCFullYear()];
  const period = month === 0 ? `${year - 1}Q4` : `${year}Q${month / 3}`;
  const name = (attempt: number) => `gov-${period}-${attempt}`;
  const advanceTo = (time: number) => clock.advance(Math.max(0, time - clock.now()));

  advanceTo(START - HOUR_MS);
  const before = (await lastMeasured(1)) && measured().length;
  expect(measured().at(-1)).toMatchObject({ Heartbeat: 1, OpenPeriods: 0, ConsecutiveFailures: 0 });
  advanceTo(START);
  expect(await ended(1)).toEqual({ [name(1)]: 'FAILED' });
  await lastMeasured(before + 1);
  for (const failed of [1, 2, 3]) {
    advanceTo(START + failed * 6 * HOUR_MS);
    expect(await lastMeasured(before + 1 + failed)).toMatchObject({ OpenPeriods: 1, ConsecutiveFailures: failed });
    expect(Object.keys(await ended(failed + 1))).toHaveLength(failed + 1);
  }
  expect(await ended(4)).toEqual({ [name(1)]: 'FAILED', [name(2)]: 'FAILED', [name(3)]: 'FAILED', [name(4)]: 'SUCCEEDED' });
  advanceTo(START + 24 * HOUR_MS);
  expect(await lastMeasured(before + 5)).toMatchObject({ OpenPeriods: 0, ConsecutiveFailures: 0, OverdueReports: 0 });
  expect(await ended(4)).toHaveProperty(name(4), 'SUCCEEDED');
  expect(schedules.invocations().filter(({ error }) => error !== undefined)).toEqual([]);
  const times = schedules.invocations().filter(({ scheduledAt }) => scheduledAt >= START);
  expect(new Set(times.map(({ scheduledAt }) => scheduledAt))).toEqual(new Set([0, 1, 2, 3, 4].map((step) => START + step * 6 * HOUR_MS)));
}, 240_000);
