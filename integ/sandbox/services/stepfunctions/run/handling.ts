import type { JsonObject, RetryWait } from '../../../contracts';
import { NotSupported } from '../definition/not-supported';
import { list, only } from '../definition/only';
import type { Reading } from '../definition/state-type';
import type { Passed } from '../language/language';
import type { Frame, Outcome, Scope } from '../model';
import { RUNTIME, TaskFailure, TIMEOUT } from './failure';
import type { Moved } from './progress';
import { reportEvaluation } from './run-states';

/** `Retry` and `Catch` of a state. */
export interface Handling {
  readonly leadsTo: readonly string[];
  /**
   * Runs the body until it succeeds, fails with an error that is caught, or fails.
   *
   * @param failed called when no retry is left, before the failure is caught
   * @throws TaskFailure
   */
  run(frame: Frame, scope: Scope, body: (scope: Scope) => Promise<Outcome>, failed?: (failure: TaskFailure) => void): Promise<Outcome>;
}

interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maximumAttempts: number;
  readonly backoffRate: number;
  readonly maximumDelaySeconds: number;
  readonly jitter: 'FULL' | 'NONE';
}

interface Catcher {
  readonly errors: readonly string[];
  readonly next: string;
  passed(scope: Scope, error: JsonObject): Promise<Passed>;
}

export function readHandling(fields: JsonObject, { where, name, language }: Reading): Handling {
  const retriers = list(fields.Retry).map((retrier, index, all) =>
    readRetrier(retrier, `${where}.Retry[${index}]`, index === all.length - 1),
  );
  const catchers = list(fields.Catch).map((catcher, index, all): Catcher => {
    const at = `${where}.Catch[${index}]`;
    const { ErrorEquals, Next } = only(catcher, at, ['ErrorEquals', 'Next', 'Comment', ...language.catchFields]);
    return { errors: readErrors(ErrorEquals, at, index === all.length - 1), next: String(Next), passed: language.caught(catcher, at) };
  });
  return {
    leadsTo: catchers.map(({ next }) => next),
    async run(frame, scope, body, failed) {
      try {
        return await retried(name, frame, scope, retriers, body);
      } catch (failure) {
        reportEvaluation(frame, name, failure);
        if (failure instanceof TaskFailure && !frame.signal.aborted) failed?.(failure);
        const catcher = failure instanceof TaskFailure && !frame.signal.aborted ? matching(catchers, failure) : undefined;
        if (!(failure instanceof TaskFailure) || catcher === undefined) throw failure;
        const error = { Error: failure.error, Cause: failure.cause };
        return { ...(await catcher.passed(scope, error)), next: catcher.next };
      }
    },
  };
}

async function retried(
  name: string,
  frame: Frame,
  scope: Scope,
  retriers: readonly Retrier[],
  body: (scope: Scope) => Promise<Outcome>,
): Promise<Outcome> {
  // An execution that continues may be in the wait before an attempt.
  if (frame.progress.retries !== undefined) await frame.sleep((frame.progress.until ?? 0) - frame.now());
  for (;;) {
    const retries = frame.progress.retries ?? retriers.map(() => 0);
    const count = retries.reduce((sum, one) => sum + one, 0);
    try {
      return await body(withCount(scope, count));
    } catch (failure) {
      const retrier = failure instanceof TaskFailure && !frame.signal.aborted ? matching(retriers, failure) : undefined;
      const index = retrier === undefined ? -1 : retriers.indexOf(retrier);
      if (retrier === undefined || retries[index] >= retrier.maximumAttempts) throw failure;
      const wait = waitOf(retrier, retries[index], frame.run.random);
      const counted = retries.map((one, at) => (at === index ? one + 1 : one));
      frame.moved({ ...ANOTHER_TRY, retries: counted, until: frame.now() + wait.delaySeconds * 1000 });
      await frame.reached('RETRIES', name, { error: (failure as TaskFailure).error, retry: { retry: count + 1, ...wait } });
      await frame.sleep(wait.delaySeconds * 1000);
    }
  }
}

/** What the next attempt of a state does again. */
const ANOTHER_TRY: Moved = { branches: undefined, mapRunArn: undefined, call: undefined };

function waitOf(
  { intervalSeconds, backoffRate, maximumDelaySeconds, jitter }: Retrier,
  done: number,
  random: () => number,
): Omit<RetryWait, 'retry'> {
  const delay = Math.min(intervalSeconds * backoffRate ** done, maximumDelaySeconds);
  return { delaySeconds: jitter === 'FULL' ? random() * delay : delay, delayBeforeJitterSeconds: delay };
}

/** `$$.State.RetryCount`. */
function withCount(scope: Scope, count: number): Scope {
  return count === 0
    ? scope
    : { ...scope, context: { ...scope.context, State: { ...(scope.context.State as JsonObject), RetryCount: count } } };
}

const RETRY_FIELDS = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy', 'Comment'];

/** The defaults are documented: "Handling errors in Step Functions workflows". */
function readRetrier(retrier: JsonObject, where: string, isLast: boolean): Retrier {
  const fields = only(retrier, where, RETRY_FIELDS);
  const jitter = fields.JitterStrategy ?? 'NONE';
  if (jitter !== 'FULL' && jitter !== 'NONE')
    throw new NotSupported(`${where}.JitterStrategy ${jitter} is not supported: it must be FULL or NONE`);
  return {
    errors: readErrors(fields.ErrorEquals, where, isLast),
    intervalSeconds: Number(fields.IntervalSeconds ?? 1),
    maximumAttempts: Number(fields.MaxAttempts ?? 3),
    backoffRate: Number(fields.BackoffRate ?? 2),
    maximumDelaySeconds: Number(fields.MaxDelaySeconds ?? Number.POSITIVE_INFINITY),
    jitter,
  };
}

/** Documented: States.ALL must stand alone, and in the last one of the list. */
function readErrors(given: unknown, where: string, isLast: boolean): string[] {
  const errors = Array.isArray(given) ? given.map(String) : [];
  if (errors.length === 0) throw new NotSupported(`${where}.ErrorEquals must be a list with at least one error name`);
  if (errors.includes('States.ALL') && (errors.length > 1 || !isLast)) {
    throw new NotSupported(`${where}.ErrorEquals must have States.ALL alone, and only in the last one of the list`);
  }
  return errors;
}

/** The first candidate whose ErrorEquals matches the error (documented: "Handling errors in Step Functions workflows", error names). */
function matching<T extends Retrier | Catcher>(candidates: readonly T[], { error }: TaskFailure): T | undefined {
  // Recorded: nothing catches States.Runtime, not even by its name, and States.ALL does catch States.DataLimitExceeded.
  if (error === RUNTIME) return undefined;
  const has = ({ errors }: T) =>
    errors.includes(error) || errors.includes('States.ALL') || (errors.includes('States.TaskFailed') && error !== TIMEOUT);
  return candidates.find(has);
}
