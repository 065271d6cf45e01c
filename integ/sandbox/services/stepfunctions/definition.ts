/** A state machine of tasks with Retry and Catch, such as waiters of the CDK. */
export interface Definition {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, Task>;
}

export interface Task {
  /** The ARN of a function. */
  readonly functionArn: string;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
  /** The next state; undefined for an end state. */
  readonly next?: string;
}

export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maximumAttempts: number;
  readonly backoffRate: number;
  readonly maximumDelaySeconds: number;
}

export interface Catcher {
  readonly errors: readonly string[];
  readonly next: string;
}

type Fields = Record<string, unknown>;

/** An unsupported part of a definition, with its location. */
export class NotSupported extends Error {
  override readonly name = 'InvalidDefinition';
}

/**
 * Reads a definition in Amazon States Language that consists of Lambda tasks with Retry and Catch.
 *
 * @throws NotSupported for any other state or field, with its name
 */
export function readDefinition(text: string): Definition {
  const machine = only(JSON.parse(text), 'the state machine', ['Comment', 'StartAt', 'States', 'Version']);
  const states = new Map<string, Task>();
  for (const [name, state] of Object.entries(machine.States as Fields)) {
    states.set(name, readTask(name, state as Fields));
  }
  const startAt = String(machine.StartAt);
  for (const name of [
    startAt,
    ...[...states.values()].flatMap((task) => [...task.catch.map(({ next }) => next), ...(task.next ? [task.next] : [])]),
  ]) {
    if (!states.has(name)) {
      throw new NotSupported(`The definition has no state ${name}`);
    }
  }
  return { startAt, states };
}

function readTask(name: string, state: Fields): Task {
  if (state.Type !== 'Task') {
    throw new NotSupported(`States.${name}.Type ${state.Type} is not supported: it must be Task`);
  }
  const where = `States.${name}`;
  const task = only(state, where, ['Type', 'Comment', 'Resource', 'Next', 'End', 'Retry', 'Catch']);
  const functionArn = String(task.Resource);
  if (!/^arn:[^:]+:lambda:[^:]+:\d+:function:/.test(functionArn)) {
    throw new NotSupported(`${where}.Resource ${functionArn} is not supported: it must be the ARN of a function`);
  }
  return {
    functionArn,
    retry: list(task.Retry).map((retrier, index) => readRetrier(retrier, `${where}.Retry[${index}]`)),
    catch: list(task.Catch).map((catcher, index) => {
      const { ErrorEquals, Next } = only(catcher, `${where}.Catch[${index}]`, ['ErrorEquals', 'Next']);
      return { errors: ErrorEquals as string[], next: String(Next) };
    }),
    ...(task.End === true ? {} : { next: String(task.Next) }),
  };
}

/** The defaults are documented: "Handling errors in Step Functions workflows". */
function readRetrier(retrier: Fields, where: string): Retrier {
  const fields = only(retrier, where, ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds']);
  return {
    errors: fields.ErrorEquals as string[],
    intervalSeconds: Number(fields.IntervalSeconds ?? 1),
    maximumAttempts: Number(fields.MaxAttempts ?? 3),
    backoffRate: Number(fields.BackoffRate ?? 2),
    maximumDelaySeconds: Number(fields.MaxDelaySeconds ?? Number.POSITIVE_INFINITY),
  };
}

const list = (value: unknown): Fields[] => (Array.isArray(value) ? value : []);

function only(value: unknown, where: string, fields: readonly string[]): Fields {
  const object = value as Fields;
  const unknown = Object.keys(object).find((key) => !fields.includes(key));
  if (unknown !== undefined) {
    throw new NotSupported(`${where}.${unknown} is not supported: use only ${fields.join(', ')}`);
  }
  return object;
}
