import type { Json, JsonObject } from '../../../contracts';
import { QUERY_FAILED } from '../language/jsonata/evaluate';
import type { Frame, Outcome, Scope, State, States } from '../model';
import { DATA_LIMIT, TaskFailure } from './failure';
import { sizeOf, timedOut } from './frame';
import { ANOTHER_STATE } from './progress';

/** Documented: "Step Functions service quotas", maximum input or output size for a task, state or execution. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

/**
 * Runs states to their end, and returns the output of the last one. It starts where the progress of the frame is.
 *
 * @throws TaskFailure if a state fails and nothing catches it
 */
export async function runStates({ startAt, states }: States, frame: Frame, input: Json): Promise<Json> {
  const { progress } = frame;
  if (progress.done !== undefined) return progress.done.output;
  let resumed = progress.entered === true;
  let name: string | undefined = progress.state ?? startAt;
  let data = progress.state === undefined ? input : (progress.input as Json);
  while (name !== undefined) {
    frame.signal.throwIfAborted();
    if (frame.now() >= frame.run.deadline) throw timedOut();
    const state: State = states.get(name) as State;
    if (!resumed) {
      const moved = { ...ANOTHER_STATE, state: name, input: data, entered: true } as const;
      frame.event(`${state.type}StateEntered`, { name, input: JSON.stringify(data) }, moved);
    }
    const { output, assigned, next } = await enter(name, state, frame, data, !resumed);
    resumed = false;
    if (sizeOf(output) > MAX_PAYLOAD_BYTES) throw tooLarge(name);
    const moved = {
      ...{ ...ANOTHER_STATE, state: next, input: output },
      ...(assigned === undefined ? {} : { variables: { ...progress.variables, ...assigned } }),
      ...(next === undefined ? { done: { output } } : {}),
    };
    const variables = assigned === undefined ? {} : { assignedVariables: mapped(assigned) };
    frame.event(`${state.type}StateExited`, { name, output: JSON.stringify(output), ...variables }, moved);
    await frame.reached('EXITED', name);
    [data, name] = [output, next];
  }
  return data;
}

async function enter(name: string, state: State, frame: Frame, input: Json, isNew: boolean): Promise<Outcome> {
  try {
    if (isNew) await frame.reached('ENTERED', name);
    return await state.run(frame, scopeOf(name, frame, input));
  } catch (failure) {
    reportEvaluation(frame, name, failure);
    if (frame.signal.aborted && isLong(state)) frame.event(`${state.type}StateAborted`);
    if (failure instanceof TaskFailure && !frame.signal.aborted) await frame.reached('FAILED', name, { error: failure.error });
    throw failure;
  }
}

const isLong = ({ type }: State) => type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map';

function scopeOf(name: string, { run, progress, context, outer, now }: Frame, input: Json): Scope {
  const visible = { ...outer, ...progress.variables };
  return {
    ...{ input, data: input, random: run.random },
    context: { ...context, State: { Name: name, EnteredTime: new Date(now()).toISOString(), RetryCount: 0 } },
    variable: (variable) => (Object.hasOwn(visible, variable) ? visible[variable] : undefined),
    variables: () => visible,
  };
}

/** The history shows a failed query once, where it failed. */
const reported = new WeakSet<object>();

export function reportEvaluation(frame: Frame, state: string, failure: unknown): void {
  if (!(failure instanceof TaskFailure) || failure.error !== QUERY_FAILED || reported.has(failure)) return;
  reported.add(failure);
  frame.event('EvaluationFailed', { state, error: failure.error, cause: failure.cause });
}

export function tooLarge(name: string): TaskFailure {
  return new TaskFailure(
    DATA_LIMIT,
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** In the history, values of variables are JSON texts. */
function mapped(assigned: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]));
}
