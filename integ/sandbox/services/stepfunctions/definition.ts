import type { Json, JsonObject } from '../../contracts';
import { type Condition, readCondition } from './choice';
import { NotSupported } from './not-supported';
import { type Path, readPath, readTemplate, type Template } from './paths';

/** A state machine in Amazon States Language, as far as the sandbox runs it. */
export interface Definition {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  readonly timeoutSeconds?: number;
}

/** How a state takes its input from the data, and passes its output on. */
export interface Flow {
  /** Undefined for `null`: an empty object. */
  readonly inputPath?: Path;
  readonly outputPath?: Path;
  readonly parameters?: Template;
  readonly resultSelector?: Template;
  /** Undefined for `null`: the result is discarded. */
  readonly resultPath?: Path;
  /** The next state; undefined for an end state. */
  readonly next?: string;
}

export interface Task extends Flow {
  readonly type: 'Task';
  /** The ARN of a function; undefined for the integration `lambda:invoke`, whose parameters name it. */
  readonly functionArn?: string;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export type State =
  | Task
  | (Flow & { readonly type: 'Pass'; readonly result?: Json })
  | (Flow & { readonly type: 'Succeed' })
  | (Flow & { readonly type: 'Wait'; readonly seconds: Fixed<number>; readonly until?: Fixed<string> })
  | (Flow & {
      readonly type: 'Choice';
      readonly choices: readonly { readonly holds: Condition; readonly next: string }[];
      readonly otherwise?: string;
    })
  | (Flow & { readonly type: 'Fail'; readonly error: Fixed<string>; readonly cause: Fixed<string> });

/** A value of the definition, or a path to it. */
export type Fixed<T> = { readonly value?: T } | { readonly path: Path };

export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maximumAttempts: number;
  readonly backoffRate: number;
  readonly maximumDelaySeconds: number;
}

export interface Catcher {
  readonly errors: readonly string[];
  readonly resultPath?: Path;
  readonly next: string;
}

const IN_AND_OUT = ['Type', 'Comment', 'InputPath', 'OutputPath'];
const NEXT = ['Next', 'End'];
const RESULT = ['Parameters', 'ResultPath'];
const FIELDS: Readonly<Record<State['type'], readonly string[]>> = {
  Task: [...IN_AND_OUT, ...NEXT, ...RESULT, 'ResultSelector', 'Resource', 'Retry', 'Catch'],
  Pass: [...IN_AND_OUT, ...NEXT, ...RESULT, 'Result'],
  Wait: [...IN_AND_OUT, ...NEXT, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Choice: [...IN_AND_OUT, 'Choices', 'Default'],
  Succeed: IN_AND_OUT,
  Fail: ['Type', 'Comment', 'Error', 'ErrorPath', 'Cause', 'CausePath'],
};

/**
 * Reads a definition in Amazon States Language with paths: functions as tasks, Choice, Wait, Pass, Succeed and Fail.
 *
 * @throws NotSupported for any other state or field, with its name
 */
export function readDefinition(text: string): Definition {
  const fields = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
  const machine = only(JSON.parse(text), 'the state machine', fields);
  if ((machine.QueryLanguage ?? 'JSONPath') !== 'JSONPath') {
    throw new NotSupported(`the state machine.QueryLanguage is not supported: ${machine.QueryLanguage}; it must be JSONPath`);
  }
  const states = new Map(Object.entries(machine.States as JsonObject).map(([name, state]) => [name, readState(name, state as JsonObject)]));
  const startAt = String(machine.StartAt);
  for (const name of [startAt, ...[...states.values()].flatMap(nextOf)]) {
    if (!states.has(name)) {
      throw new NotSupported(`The definition has no state ${name}`);
    }
  }
  return { startAt, states, ...(machine.TimeoutSeconds === undefined ? {} : { timeoutSeconds: Number(machine.TimeoutSeconds) }) };
}

function nextOf(state: State): string[] {
  const next = state.next === undefined ? [] : [state.next];
  if (state.type === 'Task') return [...next, ...state.catch.map((catcher) => catcher.next)];
  if (state.type !== 'Choice') return next;
  return [...state.choices.map((choice) => choice.next), ...(state.otherwise === undefined ? [] : [state.otherwise])];
}

function readState(name: string, state: JsonObject): State {
  const where = `States.${name}`;
  const type = String(state.Type) as State['type'];
  if (!(type in FIELDS)) {
    throw new NotSupported(`${where}.Type ${state.Type} is not supported: use ${Object.keys(FIELDS).join(', ')}`);
  }
  const fields = only(state, where, FIELDS[type]);
  const flow = readFlow(fields, where);
  switch (type) {
    case 'Task':
      return { ...flow, type, ...readTask(fields, where) };
    case 'Pass':
      return { ...flow, type, ...(fields.Result === undefined ? {} : { result: fields.Result }) };
    case 'Wait':
      return {
        ...{ ...flow, type, seconds: fixed(fields, 'Seconds', Number, where) },
        ...(fields.Timestamp === undefined && fields.TimestampPath === undefined
          ? {}
          : { until: fixed(fields, 'Timestamp', String, where) }),
      };
    case 'Choice':
      return {
        ...{ ...flow, type },
        choices: list(fields.Choices).map((rule, index) => ({
          holds: readCondition(rule, `${where}.Choices[${index}]`),
          next: String(rule.Next),
        })),
        ...(fields.Default === undefined ? {} : { otherwise: String(fields.Default) }),
      };
    case 'Succeed':
      return { ...flow, type };
    case 'Fail':
      return { ...flow, type, error: fixed(fields, 'Error', String, where), cause: fixed(fields, 'Cause', String, where) };
  }
}

function readFlow(fields: JsonObject, where: string): Flow {
  const path = (name: string) => (fields[name] === null ? undefined : readPath(fields[name] ?? '$', `${where}.${name}`));
  const template = (name: string) => (fields[name] === undefined ? undefined : readTemplate(fields[name], `${where}.${name}`));
  return {
    ...{ inputPath: path('InputPath'), outputPath: path('OutputPath'), resultPath: path('ResultPath') },
    ...{ parameters: template('Parameters'), resultSelector: template('ResultSelector') },
    ...(fields.Next === undefined ? {} : { next: String(fields.Next) }),
  };
}

function readTask(task: JsonObject, where: string): Pick<Task, 'functionArn' | 'retry' | 'catch'> {
  const resource = String(task.Resource);
  const isFunction = /^arn:[^:]+:lambda:[^:]+:\d+:function:/.test(resource);
  if (!isFunction && !/^arn:[^:]+:states:::lambda:invoke$/.test(resource)) {
    throw new NotSupported(`${where}.Resource ${resource} is not supported: it must be the ARN of a function, or lambda:invoke`);
  }
  return {
    ...(isFunction ? { functionArn: resource } : {}),
    retry: list(task.Retry).map((retrier, index) => readRetrier(retrier, `${where}.Retry[${index}]`)),
    catch: list(task.Catch).map((catcher, index) => {
      const at = `${where}.Catch[${index}]`;
      const { ErrorEquals, Next, ResultPath = '$' } = only(catcher, at, ['ErrorEquals', 'Next', 'ResultPath', 'Comment']);
      const resultPath = ResultPath === null ? undefined : readPath(ResultPath, `${at}.ResultPath`);
      return { errors: ErrorEquals as string[], next: String(Next), resultPath };
    }),
  };
}

/** The defaults are documented: "Handling errors in Step Functions workflows". */
function readRetrier(retrier: JsonObject, where: string): Retrier {
  const fields = only(retrier, where, ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'Comment']);
  return {
    errors: fields.ErrorEquals as string[],
    intervalSeconds: Number(fields.IntervalSeconds ?? 1),
    maximumAttempts: Number(fields.MaxAttempts ?? 3),
    backoffRate: Number(fields.BackoffRate ?? 2),
    maximumDelaySeconds: Number(fields.MaxDelaySeconds ?? Number.POSITIVE_INFINITY),
  };
}

/** `Seconds` or `SecondsPath`. */
function fixed<T extends Json>(fields: JsonObject, name: string, convert: (value: Json) => T, where: string): Fixed<T> {
  const path = fields[`${name}Path`];
  if (path !== undefined) return { path: readPath(path, `${where}.${name}Path`) };
  return fields[name] === undefined ? {} : { value: convert(fields[name]) };
}

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

function only(value: unknown, where: string, fields: readonly string[]): JsonObject {
  const object = value as JsonObject;
  const unknown = Object.keys(object).find((key) => !fields.includes(key));
  if (unknown !== undefined) {
    throw new NotSupported(`${where}.${unknown} is not supported: use only ${fields.join(', ')}`);
  }
  return object;
}
