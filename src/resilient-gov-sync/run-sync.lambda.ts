import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { executionStatus } from './lambda/execution-status';
import { reportStore } from './lambda/report-store';
import { stateClock } from './lambda/state-clock';
import { runStep, type StepName } from './lambda/steps';
import type { Dependencies } from './lambda/steps/dependencies';
import { syncTable } from './lambda/sync-table';
import { TRANSPORTS } from './lambda/transport';
import { PASS_MARGIN_MS } from './limits';
import { RUN_VARIABLES, type RunSettings } from './settings';

const settings = readSettings<RunSettings>(RUN_VARIABLES);
const s3 = new S3Client();
const states = new SFNClient();
const transport = TRANSPORTS[settings.TRANSPORT];
const shared: Omit<Dependencies, 'now' | 'hasTime'> = {
  table: syncTable(new DynamoDBClient(), settings.TABLE_NAME),
  store: reportStore(s3, settings.BUCKET),
  audit: { bucket: settings.AUDIT_BUCKET, s3, retentionDays: settings.AUDIT_RETENTION_DAYS },
  rules: {
    transport,
    callTimeoutMs: settings.CALL_TIMEOUT_SECONDS * 1_000,
    duplicates: settings.DUPLICATES,
    confirmation: settings.CONFIRMATION,
    rate: { maxPerSecond: settings.MAX_PER_SECOND, latenessMs: transport.latenessMs },
    path: settings.REPORTS_PATH,
    timeZone: settings.TIME_ZONE,
    dueAfterMs: settings.DUE_AFTER_SECONDS * 1_000,
  },
  isRunning: async (executionArn) => (await executionStatus(states, executionArn)) === 'RUNNING',
  log: (line) => writeLines(line),
  pause: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
};

interface StepEvent {
  readonly step: StepName;
  /** When the state was entered, by the clock of Step Functions. */
  readonly at: string;
}

/** Runs one step of the state machine. */
export async function handler({ step, at, ...event }: StepEvent, context: { getRemainingTimeInMillis(): number }): Promise<unknown> {
  const hasTime = () => context.getRemainingTimeInMillis() > PASS_MARGIN_MS;
  return runStep(step, event, { ...shared, now: stateClock(at), hasTime });
}
