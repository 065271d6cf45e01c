import type { Clock, Json, JsonObject } from '../../contracts';
import { readDefinition } from './definition/definition';
import { createExecutions } from './executions/executions';
import type { Execution } from './executions/record';
import { SdkFailure, type Services } from './integrations/services';
import type { HistoryEvent } from './run/history';

/** A clock whose time passes only when nothing else runs. */
export interface VirtualClock extends Clock {
  /** The waits that were not aborted, in seconds. */
  readonly waits: readonly number[];
}

export function virtualClock(now = 0): VirtualClock {
  const waits: number[] = [];
  const timers = new Set<{ readonly at: number; readonly milliseconds: number; fire(): void }>();
  let isPumping = false;
  const pump = async () => {
    isPumping = true;
    while (timers.size > 0) {
      // What answers in promises and in the next turns of the event loop comes first.
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const [first] = [...timers].sort((left, right) => left.at - right.at);
      if (first === undefined) break;
      timers.delete(first);
      now = Math.max(now, first.at);
      waits.push(first.milliseconds / 1000);
      first.fire();
    }
    isPumping = false;
  };
  return {
    ...{ speed: 1, waits, now: () => now, shownAt: (machine) => machine, real: (milliseconds) => milliseconds, setSpeed: () => undefined },
    advance(milliseconds) {
      now += milliseconds;
    },
    watch: () => new Promise(() => {}),
    nextWait: () => [...timers].map(({ at }) => at).sort((left, right) => left - right)[0],
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const timer = { at: now + milliseconds, milliseconds, fire: resolve };
        timers.add(timer);
        signal?.addEventListener('abort', () => timers.delete(timer) && reject(signal.reason as Error), { once: true });
        if (!isPumping) void pump();
      });
    },
  };
}

/** Services without any engine: functions that answer, and objects of S3 in memory. */
export interface FakeServices {
  readonly services: Services;
  /** The calls in their order, as `lambda:F` or `s3:putObject`. */
  readonly calls: { readonly name: string; readonly input: Json }[];
  readonly objects: Map<string, string>;
}

export interface Answers {
  /** The result of a function, or its error. */
  function?(name: string, input: Json, attempt: number): Json | Error | Promise<Json>;
  /** Whether the role may not do something. */
  denied?(action: string): boolean;
  /** The response of another service; undefined for S3 in memory. */
  call?(service: string, action: string, input: JsonObject): JsonObject | undefined;
}

export function fakeServices({ function: answer = (_name, input) => input, call, denied }: Answers = {}): FakeServices {
  const calls: FakeServices['calls'] = [];
  const objects = new Map<string, string>();
  return {
    ...{ calls, objects },
    services: {
      region: 'us-east-1',
      denial: (action, resource) =>
        denied?.(action) === true ? `not authorized to perform: ${action} on resource: ${resource}` : undefined,
      async invoke(functionArn, input) {
        const name = functionArn.split(':').pop() ?? '';
        calls.push({ name: `lambda:${name}`, input });
        const given = await answer(name, input, calls.length);
        const common = { requestId: 'r', milliseconds: 1 };
        return given instanceof Error
          ? { ...common, functionError: 'Unhandled', payload: { errorType: given.name, errorMessage: given.message } }
          : { ...common, payload: given };
      },
      async call(service, action, input) {
        calls.push({ name: `${service}:${action}`, input });
        return call?.(service, action, input) ?? s3(objects, action, input);
      },
      http: async (input) => {
        calls.push({ name: 'http', input });
        return call?.('http', 'invoke', input) ?? {};
      },
    },
  };
}

function s3(objects: Map<string, string>, action: string, { Bucket, Key, Body, Prefix = '' }: JsonObject): JsonObject {
  const name = `${Bucket}/${Key}`;
  switch (action) {
    case 'putObject':
      objects.set(name, String(Body));
      return { ETag: '"e"' };
    case 'getObject': {
      const found = objects.get(name);
      if (found === undefined) throw new SdkFailure('NoSuchKey', true, 'The specified key does not exist.', 404, 'r');
      return { Body: found };
    }
    default: {
      const found = [...objects].filter(([key]) => key.startsWith(`${Bucket}/${Prefix}`));
      const Contents = found.map(([key, text]) => ({
        ETag: '"e"',
        Key: key.slice(String(Bucket).length + 1),
        LastModified: '2026-01-01T00:00:00Z',
        Size: text.length,
      }));
      return { Contents, IsTruncated: false };
    }
  }
}

export interface Ran {
  readonly execution: Execution;
  /** The output, as JSON. */
  readonly output: Json | undefined;
  readonly events: readonly HistoryEvent[];
  readonly types: readonly string[];
  readonly waits: readonly number[];
}

/** Runs a definition to its end. */
export async function runDefinition(definition: object, input: Json = {}, fake: FakeServices = fakeServices()): Promise<Ran> {
  const clock = virtualClock();
  const executions = createExecutions({ clock, services: () => fake.services, report: () => undefined });
  const { timeoutSeconds, ...states } = readDefinition(JSON.stringify(definition));
  const entry = executions.start({
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:Machine:one',
    stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine',
    ...{ name: 'one', input: JSON.stringify(input) },
    plan: { states, roleArn: 'arn:aws:iam::123456789012:role/Machine', type: 'STANDARD', timeoutSeconds },
  });
  await entry.ended;
  const { execution, events } = entry;
  const output = execution.output === undefined ? undefined : (JSON.parse(execution.output) as Json);
  return { execution, output, events, types: events.map(({ type }) => type), waits: clock.waits };
}
