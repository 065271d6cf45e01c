import type { Json, JsonObject, Transition, TransitionPhase } from '../../contracts';
import type { Services } from './integrations/services';
import type { History } from './run/history';
import type { Moved, Progress } from './run/progress';

export type StateTypeName = 'Task' | 'Pass' | 'Wait' | 'Choice' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

/** States with a start: a state machine, a branch, or the processor of a Map state. */
export interface States {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export interface State {
  readonly type: StateTypeName;
  /** The states that it may lead to. */
  readonly leadsTo: readonly string[];
  run(frame: Frame, scope: Scope): Promise<Outcome>;
}

export interface Outcome {
  readonly output: Json;
  readonly assigned?: JsonObject;
  /** Undefined after an end state. */
  readonly next?: string;
}

/** What the expressions of a state can read. */
export interface Scope {
  /** The input of the state, before it is filtered. */
  readonly input: Json;
  /** What `$` means in JSONPath: the input after `InputPath`, or the result. */
  readonly data: Json;
  /** The context object. */
  readonly context: JsonObject;
  variable(name: string): Json | undefined;
  /** All variables that are visible, for JSONata. */
  variables(): JsonObject;
  readonly result?: Json;
  readonly errorOutput?: Json;
  /** From 0 to 1, repeatable. */
  random(): number;
}

/** What the states of one execution share. */
export interface Run {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly history: History;
  readonly services: Services;
  readonly mapRuns: MapRuns;
  /** Milliseconds by the sandbox's clock. */
  now(): number;
  /** Waits by the sandbox's clock. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 to 1; repeatable for an execution of the same name. */
  random(): number;
  /** When the execution times out, in milliseconds by the sandbox's clock. */
  readonly deadline: number;
  /** Of a child execution: its number in the map run. */
  readonly child?: number;
  /** Undefined if nothing listens. */
  listener(): ((transition: Transition) => Promise<void>) | undefined;
}

/** Members that are undefined are left out. */
export type EventDetails = Readonly<Record<string, Json | undefined>>;

/** Where states run one after the other: an execution, a branch, or one item of a Map state. */
export interface Frame {
  readonly run: Run;
  readonly progress: Progress;
  /** The numbers of the branches and items that lead here, the outermost first. */
  readonly branch: readonly number[];
  /** Aborted when another branch fails, or when the execution is stopped. */
  readonly signal: AbortSignal;
  /** The context object, without the state. */
  readonly context: JsonObject;
  /** The variables of outer scopes. */
  readonly outer: JsonObject;
  now(): number;
  /** @throws Ended when the execution times out */
  sleep(milliseconds: number): Promise<void>;
  /** Adds an event, and records where the states are then, both or neither. */
  event(type: string, details?: EventDetails, moved?: Moved): void;
  /** Records where the states are. */
  moved(moved: Moved): void;
  /**
   * Lets listeners see a transition, and waits for them.
   *
   * @throws the reason of the signal, if it is aborted meanwhile
   */
  reached(phase: TransitionPhase, state: string, details?: Pick<Transition, 'error' | 'retry'>): Promise<void>;
  /** A branch or an item, whose first event follows the last one here. */
  fork(index: number, progress: Progress, signal: AbortSignal, item?: JsonObject): Frame;
}

/** The map runs of an execution. */
export interface MapRuns {
  /** Starts a map run, or continues the one with this ARN. */
  start(label: string, limits: MapRunLimits, arn?: string): MapRun;
}

export interface MapRunLimits {
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
}

export interface MapRun {
  readonly arn: string;
  /** How it started: as a new one, after the end of an earlier try, or where it was when the sandbox was killed. */
  readonly kind: 'STARTED' | 'REDRIVEN' | 'CONTINUED';
  /** The limits, which UpdateMapRun may change while it runs. */
  readonly limits: MapRunLimits;
  /** The inputs of the child executions, which are set once. */
  readonly planned?: readonly PlannedChild[];
  plan(children: readonly PlannedChild[]): void;
  /** Runs a child execution to its end. One that has succeeded does not run again; one that has ended does not, if the map run continues. */
  run(index: number, states: States, signal: AbortSignal): Promise<ChildExecution>;
  /** The child executions that were started. */
  executions(): readonly ChildExecution[];
  end(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void;
}

export interface PlannedChild {
  readonly input: Json;
  /** How many items it has, with a batcher. */
  readonly items: number;
  /** `$$.Map.Item`; undefined for a batch. */
  readonly item?: JsonObject;
}

/** A child execution as DescribeExecution returns it. */
export interface ChildExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly redriveCount: number;
}
