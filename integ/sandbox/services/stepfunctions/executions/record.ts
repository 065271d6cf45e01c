import type { Json, JsonObject } from '../../../contracts';
import type { MapRunLimits, PlannedChild, States } from '../model';
import type { HistoryEvent, Step } from '../run/history';
import type { Progress } from '../run/progress';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What DescribeExecution returns. Times are in seconds. */
export interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly startDate: number;
  status: Status;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount: number;
  redriveDate?: number;
  /** Of a child execution. */
  readonly mapRunArn?: string;
}

/** An execution with what it needs to run and to run again. */
export interface Entry {
  readonly execution: Execution;
  readonly plan: Plan;
  /** Of a child execution: its number in the map run. */
  readonly child?: number;
  progress: Progress;
  readonly events: HistoryEvent[];
  /** Aborted to stop it. Another one after it is redriven. */
  stop: AbortController;
  /** Never rejects. */
  ended: Promise<void>;
  keeping: Keeping;
}

/** A map run as DescribeMapRun returns it. Times are in seconds. */
export interface MapRunRecord {
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startDate: number;
  stopDate?: number;
  redriveCount: number;
  redriveDate?: number;
  limits: MapRunLimits;
  planned?: readonly PlannedChild[];
  /** Undefined for children that have not started. */
  readonly children: (Entry | undefined)[];
}

/** Writes what an execution does to its journal. */
export interface Keeping {
  step(step: Step): void;
  /** A change of the status with its event, and with the whole progress if that changes too. */
  status(event: HistoryEvent | undefined, progress?: Progress): void;
  mapRun(record: MapRunRecord): void;
  /** Replaces how an execution came to its end by the end. */
  compact(mapRuns: readonly MapRunRecord[]): void;
  remove(): void;
}

/** What runs. */
export interface Plan {
  readonly states: States;
  /** The text of the states, which a kept execution continues with; undefined for those of a Map state. */
  readonly definition?: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly timeoutSeconds?: number;
  /** `$$.Map.Item` of a child execution. */
  readonly item?: JsonObject;
}

/** What an execution starts with. */
export type Start = Pick<Execution, 'executionArn' | 'stateMachineArn' | 'name' | 'input' | 'mapRunArn'> & Pick<Entry, 'plan' | 'child'>;

/** Starts and stops executions. */
export interface Control {
  start(given: Start): Entry;
  /** Starts a failed execution again where it failed. */
  redrive(entry: Entry): void;
  /** Runs an execution that a killed sandbox has left running. */
  proceed(entry: Entry): void;
  /** Stops an execution, with its child executions. It has ended when this resolves. */
  stop(entry: Entry, error?: string, cause?: string): Promise<void>;
}

const DAY_SECONDS = 24 * 60 * 60;
/** Documented: "Step Functions service quotas", execution retention: names and histories are kept for 90 days. */
export const RETENTION_SECONDS = 90 * DAY_SECONDS;
/** Documented: "Restarting state machine executions with redrive", redrivable period. */
export const REDRIVE_SECONDS = 14 * DAY_SECONDS;

/** Documented: "Accessing execution data from the Context object in Step Functions". */
export function contextOf(
  { executionArn, stateMachineArn, name, startDate, redriveCount, redriveDate }: Execution,
  plan: Plan,
  input: Json,
): JsonObject {
  const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString();
  return {
    Execution: {
      ...{ Id: executionArn, Input: input, Name: name, RoleArn: plan.roleArn, StartTime: isoOf(startDate), RedriveCount: redriveCount },
      ...(redriveDate === undefined ? {} : { RedriveTime: isoOf(redriveDate) }),
    },
    StateMachine: { Id: stateMachineArn, Name: stateMachineArn.split(':').pop() ?? '' },
    ...(plan.item === undefined ? {} : { Map: { Item: plan.item } }),
  };
}

/** Why an execution can't be redriven now; undefined if it can. */
export function notRedrivable({ execution, plan, events }: Entry, nowSeconds: number): string | undefined {
  const { status, stopDate = 0, mapRunArn } = execution;
  if (plan.type === 'EXPRESS') return 'Execution is EXPRESS and cannot be redriven';
  if (mapRunArn !== undefined) return 'Execution was started by a Map Run: redrive the execution that started the Map Run';
  if (status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
  if (status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (nowSeconds - stopDate > REDRIVE_SECONDS) return 'Execution exceeds the redrivable period of 14 days';
  if (events.length >= 24_999) return 'Execution history event limit exceeded';
  return undefined;
}
