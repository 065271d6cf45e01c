import type { Assembly, Clock, Endpoint, Invocation, Json } from '../../contracts';
import type { FunctionConfiguration } from './configuration';
import { sendDeadLetter } from './dead-letters';
import { type Ended, recordOf, sendRecord } from './destinations';
import { DEFAULTS, invokeConfigOf } from './invoke-config';
import { TooManyRequests } from './pool';

/** Documented: "Error handling for asynchronous invocation": two retries, after one and after two minutes. */
const RETRY_DELAYS_MS = [60_000, 120_000];
const THROTTLED_WAIT_MS = { first: 1000, longest: 300_000 };

export interface AsynchronousParts {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  invokeLater(functionArn: string, event: Json): void;
  configurationOf(functionArn: string): FunctionConfiguration | undefined;
}

/**
 * Runs an asynchronous event until it succeeds, has no retries left, or is too old. Then sends a record to the function's destinations, and
 * a failed event also to its dead-letter queue.
 */
export async function untilDone(parts: AsynchronousParts, functionArn: string, event: Json): Promise<void> {
  const { assembly, clock, signal } = parts;
  const { retries, maximumAgeSeconds } = invokeConfigOf(assembly, functionArn) ?? DEFAULTS;
  const until = clock.now() + maximumAgeSeconds * 1000;
  let failures = 0;
  let wait = THROTTLED_WAIT_MS.first;
  while (!signal.aborted) {
    try {
      const invocation = await parts.invoke(functionArn, event);
      const ended = (condition: Ended['condition']): Ended => {
        const invocations = failures + 1;
        return { condition, invocations, event, invocation, at: clock.now() };
      };
      if (invocation.functionError === undefined) return report(parts, functionArn, ended('Success'));
      const pause = failures < retries ? RETRY_DELAYS_MS[failures] : undefined;
      if (pause === undefined) return report(parts, functionArn, ended('RetriesExhausted'));
      if (clock.now() + pause > until) return report(parts, functionArn, ended('EventAgeExceeded'));
      failures += 1;
      await clock.sleep(pause, signal);
    } catch (error) {
      if (!(error instanceof TooManyRequests)) throw error;
      if (clock.now() + wait > until) throw error;
      await clock.sleep(wait, signal);
      wait = Math.min(THROTTLED_WAIT_MS.longest, wait * 2);
    }
  }
}

async function report(parts: AsynchronousParts, functionArn: string, ended: Ended): Promise<void> {
  const { assembly, endpoint } = parts;
  const configuration = parts.configurationOf(functionArn);
  if (configuration === undefined) return;
  const failed = ended.condition !== 'Success';
  if (failed) await sendDeadLetter(assembly, endpoint, configuration, ended);
  const config = invokeConfigOf(assembly, functionArn);
  const destination = failed ? config?.onFailure : config?.onSuccess;
  if (destination !== undefined) await sendRecord(parts, configuration, destination, recordOf(functionArn, ended));
}
