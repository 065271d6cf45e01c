import { Duration, type Stack, TimeZone } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Confirmation, Duplicates, GovEndpoint, GovSchedule, ReportSource, ResilientGovSync, Transport } from '../../../src';
import type { JsonObject, LogLine, Sandbox } from '../../sandbox';
import { callerWith } from '../../sandbox/streams/service-caller';
import { startStack } from '../fixtures/start-stack';

const HOUR_MS = 3_600_000;
/** Reports of a school without pupils: an attempt that gets so far is complete. The first three attempts fail. */
const SOURCE = `
let calls = 0;
exports.handler = async () => {
  calls += 1;
  if (calls <= 3) throw new Error('the registry is closed');
  return { state: 'DONE', reports: 0 };
};`;
const lines: LogLine[] = [];
let sandbox: Sandbox;
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
        transport: Transport.fromFunction(own('Send', 'exports.handler = async () => ({ statusCode: 500 })')),
        duplicates: Duplicates.neither(),
        confirmation: Confirmation.of({ receipt: 'receipt' }),
        maxPerSecond: 10,
      }),
    });
  };
  ({ sandbox, close } = await startStack('Attempts', build, 10, {
    ...{ functionsOnClock: () => true, onLog: (line: LogLine) => void lines.push(line) },
  }));
}, 240_000);
afterAll(() => close?.());

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
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((wake) => setTimeout(wake, 100))) {
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
  for (const end = Date.now() + 60_000; measured().length < count && Date.now() < end; ) await new Promise((wake) => setTimeout(wake, 100));
  return measured().slice(count - 1)[0];
}

test("the quarter's end starts attempt 1, what fails is started again after 6 hours, and the third failure sets the metric to 3", async () => {
  const { clock, schedules } = sandbox;
  const now = clock.now();
  const year = new Date(now).getUTCFullYear();
  // 6 o'clock in Berlin, in winter and in summer.
  const ends = [year, year + 1].flatMap((one) => [Date.UTC(one, 0, 5, 5), ...[3, 6, 9].map((month) => Date.UTC(one, month, 5, 4))]);
  const start = ends.find((one) => one > now + 7 * HOUR_MS) as number;
  const month = new Date(start).getUTCMonth();
  const period = month === 0 ? `${new Date(start).getUTCFullYear() - 1}Q4` : `${new Date(start).getUTCFullYear()}Q${month / 3}`;
  const name = (attempt: number) => `gov-${period}-${attempt}`;
  const advanceTo = (time: number) => clock.advance(Math.max(0, time - clock.now()));

  advanceTo(start - HOUR_MS);
  const before = (await lastMeasured(1)) && measured().length;
  expect(measured().at(-1)).toMatchObject({ Heartbeat: 1, OpenPeriods: 0, ConsecutiveFailures: 0 });
  advanceTo(start);
  expect(await ended(1)).toEqual({ [name(1)]: 'FAILED' });
  await lastMeasured(before + 1);
  for (const failed of [1, 2, 3]) {
    advanceTo(start + failed * 6 * HOUR_MS);
    expect(await lastMeasured(before + 1 + failed)).toMatchObject({ OpenPeriods: 1, ConsecutiveFailures: failed });
    expect(Object.keys(await ended(failed + 1))).toHaveLength(failed + 1);
  }
  expect(await ended(4)).toEqual({ [name(1)]: 'FAILED', [name(2)]: 'FAILED', [name(3)]: 'FAILED', [name(4)]: 'SUCCEEDED' });
  advanceTo(start + 24 * HOUR_MS);
  expect(await lastMeasured(before + 5)).toMatchObject({ OpenPeriods: 0, ConsecutiveFailures: 0, OverdueReports: 0 });
  expect(await ended(4)).toHaveProperty(name(4), 'SUCCEEDED');
  expect(schedules.invocations().filter(({ error }) => error !== undefined)).toEqual([]);
  const times = schedules.invocations().filter(({ scheduledAt }) => scheduledAt >= start);
  expect(new Set(times.map(({ scheduledAt }) => scheduledAt))).toEqual(new Set([0, 1, 2, 3, 4].map((step) => start + step * 6 * HOUR_MS)));
}, 240_000);
