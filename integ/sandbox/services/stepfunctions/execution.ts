import type { Json, JsonObject } from '../../contracts';
import type { Catcher, Definition, Fixed, Flow, Retrier, State, Task } from './definition';
import { type Path, valueAt, withValue } from './paths';

/** The error of a state, with the two fields that a Catch passes on. */
export class TaskFailure extends Error {
  constructor(
    readonly error: string,
    readonly cause: string,
  ) {
    super(`${error}: ${cause}`);
  }
}

export interface ExecutionOptions {
  readonly definition: Definition;
  readonly input: Json;
  /** The context object, without the state. */
  readonly context: JsonObject;
  /** By the sandbox's clock. */
  now(): number;
  /** Waits by the sandbox's clock; rejects when the execution is stopped. */
  sleep(milliseconds: number): Promise<void>;
  /** @throws TaskFailure */
  task(functionArn: string, input: Json): Promise<Json>;
}

const STATE_FAILED = 'States.Runtime';

/**
 * Runs a state machine to its end, and returns its output.
 *
 * @throws TaskFailure if a state fails and nothing catches it
 */
export async function execute(options: ExecutionOptions): Promise<Json> {
  const { definition, input, now, task } = options;
  const { timeoutSeconds = Number.POSITIVE_INFINITY } = definition;
  const deadline = now() + timeoutSeconds * 1000;
  let context = options.context;
  let name: string | undefined = definition.startAt;
  let data = input;
  while (name !== undefined) {
    const state = definition.states.get(name) as State;
    context = { ...options.context, State: { Name: name, EnteredTime: new Date(now()).toISOString() } };
    if (now() >= deadline) throw timedOut();
    try {
      [data, name] = await run(state, data);
    } catch (failure) {
      const caught = failure instanceof TaskFailure && state.type === 'Task' ? matching(state.catch, failure) : undefined;
      if (!(failure instanceof TaskFailure) || caught === undefined) {
        throw failure;
      }
      const error = { Error: failure.error, Cause: failure.cause };
      data = caught.resultPath === undefined ? data : withValue(caught.resultPath, data, error);
      name = caught.next;
    }
  }
  return data;

  /** The output of a state, and the next one. */
  async function run(state: State, given: Json): Promise<[output: Json, next: string | undefined]> {
    const own = at(state.inputPath, given);
    const parameters = state.parameters?.fill(own, context, missing) ?? own;
    switch (state.type) {
      case 'Task':
        return [output(state, given, await attempt(state, parameters)), state.next];
      case 'Pass':
        return [output(state, given, state.result ?? parameters), state.next];
      case 'Succeed':
        return [at(state.outputPath, own), undefined];
      case 'Wait':
        await wait(state.until === undefined ? fixedValue(state.seconds, own) * 1000 : Date.parse(fixedValue(state.until, own)) - now());
        return [at(state.outputPath, own), state.next];
      case 'Choice':
        return [at(state.outputPath, own), chosen(state, own)];
      case 'Fail':
        throw new TaskFailure(fixedValue(state.error, own, ''), fixedValue(state.cause, own, ''));
    }
  }

  function chosen({ choices, otherwise }: State & { type: 'Choice' }, own: Json): string {
    const next = choices.find(({ holds }) => holds(own, context, missing))?.next ?? otherwise;
    if (next === undefined) throw new TaskFailure('States.NoChoiceMatched', 'No choice rule holds, and there is no default state');
    return next;
  }

  function output({ resultSelector, resultPath, outputPath }: Flow, given: Json, result: Json): Json {
    const selected = resultSelector?.fill(result, context, missing) ?? result;
    return at(outputPath, resultPath === undefined ? given : withValue(resultPath, given, selected));
  }

  function at(path: Path | undefined, value: Json): Json {
    if (path === undefined) return {};
    const found = valueAt(path, value, context);
    if (found === undefined) throw missing(path.text);
    return found;
  }

  function fixedValue<T extends Json>(given: Fixed<T>, own: Json, missingValue?: T): T {
    const found = 'path' in given ? (valueAt(given.path, own, context) as T | undefined) : (given.value ?? missingValue);
    if (found === undefined) throw missing('path' in given ? given.path.text : 'its value');
    return found;
  }

  async function wait(milliseconds: number): Promise<void> {
    const left = deadline - now();
    await options.sleep(Math.max(0, Math.min(milliseconds, left)));
    if (milliseconds > left) throw timedOut();
  }

  async function attempt(state: Task, parameters: Json): Promise<Json> {
    const retries = new Map<Retrier, number>();
    for (;;) {
      try {
        return await invoke(state, parameters);
      } catch (failure) {
        const retrier = failure instanceof TaskFailure ? matching(state.retry, failure) : undefined;
        const done = retrier === undefined ? 0 : (retries.get(retrier) ?? 0);
        if (retrier === undefined || done >= retrier.maximumAttempts) {
          throw failure;
        }
        retries.set(retrier, done + 1);
        await wait(Math.min(retrier.intervalSeconds * retrier.backoffRate ** done, retrier.maximumDelaySeconds) * 1000);
      }
    }
  }

  /** Documented: "Invoke an AWS Lambda function with Step Functions": the integration returns the payload with metadata. */
  async function invoke({ functionArn }: Task, parameters: Json): Promise<Json> {
    if (functionArn !== undefined) return task(functionArn, parameters);
    const { FunctionName, Payload = {} } = parameters as JsonObject;
    const payload = await task(String(FunctionName), Payload);
    return { ExecutedVersion: '$LATEST', Payload: payload, SdkHttpMetadata: { HttpStatusCode: 200 }, StatusCode: 200 };
  }
}

function missing(path: string): Error {
  return new TaskFailure(STATE_FAILED, `The path ${path} is not in the data of the state`);
}

function timedOut(): Error {
  return new TaskFailure('States.Timeout', 'The execution took longer than TimeoutSeconds');
}

/** The first candidate whose ErrorEquals matches the error (documented: "Handling errors in Step Functions workflows", error names). */
function matching<T extends Retrier | Catcher>(candidates: readonly T[], { error }: TaskFailure): T | undefined {
  const has = ({ errors }: T) =>
    errors.includes(error) ||
    // Documented: States.ALL does not catch States.Runtime.
    (errors.includes('States.ALL') && error !== STATE_FAILED) ||
    (errors.includes('States.TaskFailed') && error !== 'States.Timeout' && error !== STATE_FAILED);
  return candidates.find(has);
}
