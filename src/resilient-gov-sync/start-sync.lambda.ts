import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { executionStatus } from './lambda/execution-status';
import type { Executions } from './lambda/start/attempts';
import { measuredLine, outcomeLine } from './lambda/start/log-lines';
import { readStartRequest } from './lambda/start/request';
import { type Dependencies, type StartResult, startSync } from './lambda/start/start';
import { syncTable } from './lambda/sync-table';
import { START_VARIABLES, type StartSettings } from './start-settings';

const settings = readSettings<StartSettings>(START_VARIABLES);
const { STATE_MACHINE_ARN: stateMachineArn, TIME_ZONE: timeZone } = settings;
const states = new SFNClient();

const executions: Executions = {
  async status(executionArn) {
    const status = await executionStatus(states, executionArn);
    if (status === undefined) return 'NONE';
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'RUNNING';
    return status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
  },
  async start(executionArn, input) {
    try {
      const name = executionArn.slice(executionArn.lastIndexOf(':') + 1);
      await states.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    } catch (error) {
      // Somebody else started this attempt, and it has ended, or began with other words. It is the attempt of this number all the same.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  },
};

const dependencies: Dependencies = {
  ...{ executions, stateMachineArn, timeZone, day: settings.DAY, hour: settings.HOUR, now: Date.now },
  table: syncTable(new DynamoDBClient(), settings.TABLE_NAME),
  dueAfterMs: settings.DUE_AFTER_SECONDS * 1_000,
  onOutcome: (outcome) => writeLines(outcomeLine(outcome)),
  onMeasured: (measured) => writeLines(measuredLine(measured, process.env.AWS_LAMBDA_FUNCTION_NAME ?? '', Date.now())),
};

/** Starts attempts: of a period that has ended, of those that are open, or of one that a person asks for. */
export async function handler(event: unknown): Promise<StartResult> {
  return startSync(readStartRequest(event, timeZone), dependencies);
}
