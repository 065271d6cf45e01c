import { setTimeout as pause } from 'node:timers/promises';
import type { GovernmentApi } from '../../../government-api';
import { drawExecutions } from '../../../kit/executions';
import { fastForward } from '../../../kit/fast-forward';
import type { Item } from '../../../kit/observer';
import type { RunningPlatform } from '../platform';
import type { QuarterAnswer } from './quarter-lines';

const DAY_MS = 86_400_000;
const POLL_MS = 250;
/** When the sync of a quarter starts: on the fifth day of the next one, in the time zone of the platform or a little later. */
const START_MS = 4 * DAY_MS + DAY_MS / 2;

export interface QuarterParts {
  readonly api: GovernmentApi;
  readonly schools: number;
  items(tableName: string): Promise<readonly Item[]>;
}

/** Moves the clock to the start of the next quarter, and sends the reports of the one that has ended. Waits are skipped. */
export async function sendQuarter({ sandbox, resource }: RunningPlatform, { api, schools, items }: QuarterParts): Promise<QuarterAnswer> {
  const { assembly, clock, functions, stateMachines } = sandbox;
  const machine = assembly.ref(resource('AWS::StepFunctions::StateMachine', '/Government/'));
  const startArn = assembly.attribute(resource('AWS::Lambda::Function', '/Government/Sync/StartFunction'), 'Arn');
  const tableName = assembly.ref(resource('AWS::DynamoDB::Table', '/Government/'));
  const now = new Date(clock.now());
  const [year, quarter] = [now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3)];
  const period = `${year}Q${quarter + 1}`;
  const scheduled = Date.UTC(year, 3 * (quarter + 1)) + START_MS;
  clock.advance(scheduled - clock.now());
  const forward = fastForward(sandbox);
  const [from, started] = [clock.now(), performance.now()];
  try {
    const found = async () => (await items(tableName)).filter(({ pk }) => pk.S === `PERIOD#${period}`);
    const statusOf = (all: readonly Item[]) => all.find(({ sk }) => sk.S === 'PERIOD')?.status?.S ?? '';
    const event = { kind: 'PERIOD_END', scheduledTime: new Date(scheduled).toISOString() };
    const { payload, functionError } = await functions.invoke(startArn, event);
    if (functionError !== undefined) throw new Error(`${period} was not started: ${JSON.stringify(payload)}`);
    while (!['COMPLETE', 'INCOMPLETE'].includes(statusOf(await found()))) await pause(POLL_MS);
    const all = await found();
    const counts: Record<string, number> = {};
    for (const { sk, status } of all) if (sk.S?.startsWith('REPORT#')) counts[status?.S ?? ''] = (counts[status?.S ?? ''] ?? 0) + 1;
    const { sent, accepted, doubled } = api.record().figures;
    return {
      ...{ period, status: statusOf(all), schools, counts, sent, accepted, doubled },
      minutes: Math.round((clock.now() - from) / 60_000),
      seconds: Math.round((performance.now() - started) / 1_000),
      picture: drawExecutions(stateMachines.definition(machine), stateMachines.counts(machine)).text,
    };
  } finally {
    await forward.close();
  }
}
