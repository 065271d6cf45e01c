import type { Json } from '../../../contracts';
import { NotSupported } from '../definition/not-supported';
import type { StateType } from '../definition/state-type';
import { readIntegration } from '../integrations';
import type { Integration } from '../integrations/integration';
import type { Expression } from '../language/language';
import type { Frame, Scope } from '../model';
import { Ended } from '../run/ended';
import { RUNTIME, TaskFailure, TIMEOUT } from '../run/failure';
import { abortable, sizeOf, timedOut } from '../run/frame';
import { readHandling } from '../run/handling';
import { MAX_PAYLOAD_BYTES, tooLarge } from '../run/run-states';
import { leadsTo, nextOf } from './next';

export const task: StateType = {
  fields: ['Next', 'End', 'Resource', 'Retry', 'Catch'],
  values: ['TimeoutSeconds', 'HeartbeatSeconds'],
  read(fields, reading) {
    const { language, where, name } = reading;
    const flow = language.flow(fields, where, 'Task');
    const integration = readIntegration(String(fields.Resource), where);
    const timeout = language.value(fields, 'TimeoutSeconds', where);
    const heartbeat = language.value(fields, 'HeartbeatSeconds', where);
    const handling = readHandling(fields, reading);
    const end = nextOf(fields);
    if (language.name === 'JSONata' && integration.functionArn === undefined && fields.Arguments === undefined) {
      throw new NotSupported(`${where} must have Arguments: ${fields.Resource} needs them`);
    }
    return {
      ...{ type: 'Task', leadsTo: [...leadsTo(end), ...handling.leadsTo] },
      run: (frame, scope) =>
        handling.run(frame, scope, async (attempt) => {
          const input = await flow.input(attempt);
          const inner = { ...attempt, data: input };
          const given = flow.given === undefined ? input : await flow.given(inner);
          const limits = {
            timeout: await secondsOf(timeout, inner, 'TimeoutSeconds'),
            heartbeat: await secondsOf(heartbeat, inner, 'HeartbeatSeconds'),
          };
          const result = await call(name, integration, frame, given, limits);
          return { ...(await flow.output({ ...attempt, data: input }, result)), ...end };
        }),
    };
  },
};

interface Limits {
  readonly timeout: number;
  readonly heartbeat: number;
}

async function secondsOf(expression: Expression | undefined, scope: Scope, name: string): Promise<number> {
  const value = await expression?.(scope);
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && value > 0 && value <= 99_999_999) return value;
  throw new TaskFailure(RUNTIME, `${name} must be a number from 1 to 99999999, not ${JSON.stringify(value)}`);
}

/**
 * Calls the integration once, and writes the events of the history. If the execution continues after a kill, a recorded answer or failure is
 * used again, and a call without one has failed: nobody knows whether it was executed.
 */
async function call(name: string, integration: Integration, frame: Frame, given: Json, limits: Limits): Promise<Json> {
  const { resourceType, resource, functionArn, lost } = integration;
  const prefix = functionArn === undefined ? 'Task' : 'LambdaFunction';
  const named = functionArn === undefined ? { resourceType, resource } : {};
  const known = frame.progress.call;
  if (known?.answer !== undefined) return known.answer.result;
  if (known?.failure !== undefined) throw new TaskFailure(known.failure.error, known.failure.cause);
  try {
    if (known !== undefined) throw new TaskFailure(lost, LOST);
    const seconds = Number.isFinite(limits.timeout) ? { timeoutInSeconds: limits.timeout } : {};
    frame.event(`${prefix}Scheduled`, {
      ...(functionArn === undefined
        ? { ...named, region: frame.run.services.region, parameters: JSON.stringify(given) }
        : { resource, input: JSON.stringify(given) }),
      ...seconds,
    });
    frame.event(`${prefix}Started`, functionArn === undefined ? named : undefined, { call: {} });
    const result = await answered(name, frame, inTime(integration, frame, given, limits));
    if (sizeOf(result) > MAX_PAYLOAD_BYTES) throw tooLarge(functionArn ?? resourceType);
    frame.event(`${prefix}Succeeded`, { ...named, output: JSON.stringify(result) }, { call: { answer: { result } } });
    return result;
  } catch (failure) {
    if (failure instanceof TaskFailure && !frame.signal.aborted) {
      const timedOut = failure.error === TIMEOUT || failure.error === HEARTBEAT_TIMEOUT;
      const { error, cause } = failure;
      frame.event(`${prefix}${timedOut ? 'TimedOut' : 'Failed'}`, { ...named, error, cause }, { call: { failure: { error, cause } } });
    }
    throw failure;
  }
}

const LOST = 'The connection was lost before the answer: whether the call was executed is not known';

/** Lets listeners see an answer before anything of it is recorded. */
async function answered(name: string, frame: Frame, call: Promise<Json>): Promise<Json> {
  try {
    return await call;
  } finally {
    if (!frame.signal.aborted) await frame.reached('ANSWERED', name);
  }
}

const HEARTBEAT_TIMEOUT = 'States.HeartbeatTimeout';

/** Ends the wait for an integration at its own timeout, or at that of the execution. The call itself is not undone. */
async function inTime(integration: Integration, frame: Frame, given: Json, { timeout, heartbeat }: Limits): Promise<Json> {
  const left = frame.run.deadline - frame.now();
  const milliseconds = Math.min(timeout * 1000, heartbeat * 1000, left);
  if (milliseconds === Number.POSITIVE_INFINITY) return abortable(integration.run(given, frame), frame.signal);
  const over = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([frame.signal, over.signal]);
  frame.run
    .sleep(milliseconds, AbortSignal.any([frame.signal, ended.signal]))
    .then(() => over.abort(milliseconds === left ? timedOut() : new TaskFailure(heartbeat < timeout ? HEARTBEAT_TIMEOUT : TIMEOUT, '')))
    .catch(() => undefined);
  try {
    return await abortable(integration.run(given, { ...frame, signal }), signal);
  } finally {
    ended.abort(new Ended('ABORTED', undefined, 'The task has ended'));
  }
}
