import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endedPeriods, syncTime } from '../../../../src/resilient-gov-sync/lambda/period';
import type { ApiRecord, GovernmentApi } from '../../../government-api';
import { jsonCaller } from '../../../kit/aws-json';
import { drawExecutions } from '../../../kit/executions';
import { fastForward } from '../../../kit/fast-forward';
import type { Item } from '../../../kit/observer';
import { REPOSITORY } from '../../../kit/repository';
import type { Json } from '../../../sandbox';
import type { RunningPlatform } from '../platform';
import { gradesOf, lakePipe } from './lake';
import type { QuarterAnswer } from './quarter-lines';

/** The schedule of the example: on the fifth day of the next quarter. */
const [TIME_ZONE, DAY, HOUR] = ['Europe/Madrid', 5, 6];
const DAY_MS = 86_400_000;
/** A quarter and some days. */
const QUARTER_MS = 100 * DAY_MS;
/** The schedule starts a new attempt after one that failed, every 6 hours and at most so often. */
const [NEXT_ATTEMPT_MS, MOST_ATTEMPTS] = [DAY_MS / 4, 12];
/** While something works, the clock is slow: a turn is not lost because this machine is busy. Waits are skipped in any case. */
const SPEED = 0.1;
const POLL_MS = 250;
const QUIET_MS = 2_000;
/** By the clock. An attempt that takes longer waits for a person, such as for data that did not arrive. */
const LONGEST_ATTEMPT_MS = 2 * 3_600_000;
const PAGES = join('reports', 'demo');

export interface QuarterParts {
  readonly api: GovernmentApi;
  readonly schools: readonly string[];
  /** The width of the picture. */
  readonly columns: number;
  items(tableName: string): Promise<readonly Item[]>;
}

/** Moves the clock to the next quarter, and sends the reports of the one that has ended. */
export async function sendQuarter(platform: RunningPlatform, parts: QuarterParts): Promise<QuarterAnswer> {
  const { assembly, clock, stateMachines } = platform.sandbox;
  const started = performance.now();
  await arrived(platform);
  const all = await parts.items(platform.tableName);
  const { period, scheduledAt } = currentQuarter(clock.now());
  clock.advance(scheduledAt - clock.now());
  clock.setSpeed(SPEED);
  const from = clock.now();
  const forward = fastForward(platform.sandbox);
  try {
    const table = assembly.ref(platform.resource('AWS::DynamoDB::Table', '/Government/'));
    const machine = assembly.ref(platform.resource('AWS::StepFunctions::StateMachine', '/Government/'));
    const attempts = await attempt(platform, scheduledAt);
    const found = (await parts.items(table)).filter(({ pk }) => pk.S === `PERIOD#${period}`);
    const minutes = Math.round((clock.now() - from) / 60_000);
    const picture = drawExecutions(stateMachines.definition(machine), stateMachines.counts(machine), {
      title: `The reports of ${period}`,
      columns: parts.columns,
    });
    const pages = writePages({
      'quarter.svg': picture.svg,
      'quarter.html': String(await invoke(platform, 'StatusFunction', { format: 'html' })),
    });
    return {
      ...{ period, attempts, minutes, pages, picture: picture.text },
      ...reported(period, found, parts.api.record()),
      grades: parts.schools.flatMap((school) => gradesOf(all, school)).length,
      seconds: Math.round((performance.now() - started) / 1_000),
    };
  } finally {
    await forward.close();
  }
}

/**
 * Until every change is in the lake. On AWS, changes have two days for that before reports are made, and here the clock is moved past them.
 * Requests whose client has gone can still write.
 */
async function arrived(platform: RunningPlatform): Promise<void> {
  let written = performance.now();
  const stop = platform.sandbox.endpoint.onCall(({ service, operation }) => {
    if (service === 'dynamodb' && /^(Put|Update|Delete|Transact|BatchWrite|Execute|BatchExecute)/.test(operation))
      written = performance.now();
  });
  try {
    do {
      await pause(QUIET_MS);
      await lakePipe(platform).drain();
    } while (performance.now() - written < QUIET_MS);
  } finally {
    stop();
  }
}

/** What the schedules do: the first attempt, and another one as long as reports are missing. @returns how many */
async function attempt(platform: RunningPlatform, scheduledAt: number): Promise<number> {
  const { clock } = platform.sandbox;
  const states = jsonCaller(platform.sandbox, { service: 'states', target: 'AWSStepFunctions' });
  for (let attempts = 1; ; attempts++) {
    const at = scheduledAt + (attempts - 1) * NEXT_ATTEMPT_MS;
    clock.advance(Math.max(0, at - clock.now()));
    const event = { kind: attempts === 1 ? 'PERIOD_END' : 'OPEN_PERIODS', scheduledTime: new Date(at).toISOString() };
    const { started } = (await invoke(platform, 'StartFunction', event)) as unknown as Started;
    for (const { executionArn } of started) {
      for (;;) {
        const { status } = await states('DescribeExecution', { executionArn });
        if (status === 'SUCCEEDED') return attempts;
        if (status !== 'RUNNING') break;
        if (clock.now() - at > LONGEST_ATTEMPT_MS) return attempts;
        await pause(POLL_MS);
      }
    }
    if (attempts === MOST_ATTEMPTS) return attempts;
  }
}

interface Started {
  readonly started: readonly { readonly executionArn: string }[];
}

async function invoke({ sandbox, resource }: RunningPlatform, name: string, event: Json): Promise<Json> {
  const arn = sandbox.assembly.attribute(resource('AWS::Lambda::Function', `/Government/Sync/${name}/`), 'Arn');
  const { payload, functionError } = await sandbox.functions.invoke(arn, event);
  if (functionError !== undefined) throw new Error(`${name} failed: ${JSON.stringify(payload)}`);
  return payload;
}

/** The quarter of an instant, and when its reports are sent. */
function currentQuarter(now: number): { readonly period: string; readonly scheduledAt: number } {
  const [last] = endedPeriods(now, TIME_ZONE, 1);
  const [current] = endedPeriods(Date.parse(last.end) + QUARTER_MS, TIME_ZONE, 1);
  const scheduledAt = syncTime(current, TIME_ZONE, DAY, HOUR);
  if (scheduledAt === undefined) throw new Error(`${current.name} has no time at which its reports are sent`);
  return { period: current.name, scheduledAt };
}

/** Compares the table of the sync with what the API recorded. */
function reported(period: string, items: readonly Item[], { arrivals, reports, figures }: ApiRecord) {
  const accepted = new Set(reports.filter(({ acceptances }) => acceptances.length > 0).map(({ reference }) => reference));
  const own = items.flatMap(({ sk, status }) =>
    sk.S?.startsWith('REPORT#') ? [{ school: sk.S.slice('REPORT#'.length), status: status?.S ?? '' }] : [],
  );
  return {
    status: items.find(({ sk }) => sk.S === 'PERIOD')?.status?.S ?? 'not started',
    counts: numbersOf(own.map(({ status }) => status)),
    outcomes: numbersOf(arrivals.filter(({ request }) => request === 'report').map(({ outcome }) => outcome)),
    lost: own.filter(({ school, status }) => status === 'CONFIRMED' && !accepted.has(`${school}-${period}`)).map(({ school }) => school),
    ...{ accepted: figures.accepted, doubled: figures.doubled, gradesAccepted: figures.rows },
  };
}

function numbersOf(names: readonly string[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const name of names) numbers[name] = (numbers[name] ?? 0) + 1;
  return numbers;
}

function writePages(pages: Readonly<Record<string, string>>): string[] {
  mkdirSync(join(REPOSITORY, PAGES), { recursive: true });
  return Object.entries(pages).map(([name, text]) => {
    writeFileSync(join(REPOSITORY, PAGES, name), text);
    return join(PAGES, name);
  });
}
