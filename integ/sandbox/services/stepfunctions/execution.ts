import type { Json } from '../../contracts';
import type { Catcher, Definition, Retrier, Task } from './definition';

/** The error of a task, with the two fields that a Catch passes on. */
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
  /** Waits by the sandbox's clock; rejects when the execution is stopped. */
  sleep(milliseconds: number): Promise<void>;
  /** @throws TaskFailure */
  task(functionArn: string, input: Json): Promise<Json>;
}

/**
 * Runs a state machine to its end, and returns its output.
 *
 * @throws TaskFailure if a task fails and nothing catches it
 */
export async function execute({ definition, input, sleep, task }: ExecutionOptions): Promise<Json> {
  let name: string | undefined = definition.startAt;
  let data = input;
  while (name !== undefined) {
    const state = definition.states.get(name) as Task;
    try {
      data = await attempt(state, data);
      name = state.next;
    } catch (failure) {
      const caught = failure instanceof TaskFailure ? matching(state.catch, failure) : undefined;
      if (!(failure instanceof TaskFailure) || caught === undefined) {
        throw failure;
      }
      data = { Error: failure.error, Cause: failure.cause };
      name = caught.next;
    }
  }
  return data;

  async function attempt(state: Task, given: Json): Promise<Json> {
    const retries = new Map<Retrier, number>();
    for (;;) {
      try {
        return await task(state.functionArn, given);
      } catch (failure) {
        const retrier = failure instanceof TaskFailure ? matching(state.retry, failure) : undefined;
        const done = retrier === undefined ? 0 : (retries.get(retrier) ?? 0);
        if (retrier === undefined || done >= retrier.maximumAttempts) {
          throw failure;
        }
        retries.set(retrier, done + 1);
        await sleep(Math.min(retrier.intervalSeconds * retrier.backoffRate ** done, retrier.maximumDelaySeconds) * 1000);
      }
    }
  }
}

/** The first candidate whose ErrorEquals matches the error (documented: "Handling errors in Step Functions workflows", error names). */
function matching<T extends Retrier | Catcher>(candidates: readonly T[], { error }: TaskFailure): T | undefined {
  const has = ({ errors }: T) =>
    errors.includes(error) || errors.includes('States.ALL') || (errors.includes('States.TaskFailed') && error !== 'States.Timeout');
  return candidates.find(has);
}
