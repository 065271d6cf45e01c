import type { RunningTenants } from '../../systems/tenants/start';
import type { Findings } from './findings';
import type { Model } from './model';
import { type Ended, type Ending, type Operation, requestOf } from './operations';
import type { Step } from './plan';

const MOST_REPETITIONS = 6;
/** On a busy machine a call can time out, and the SDK's second attempt then finds what the first one has written. */
const MAY_FAIL = /^(?:Conflict|TimeoutError): |^$/;
const MOST_WAITS = 3;
/** Longer than the wait of an offboarding. */
const DEPARTURE_MS = 66 * 60_000;

/** Runs the operations of steps. */
export interface Operator {
  /** Runs the operations of a step. @returns those that have not ended: they are to be repeated */
  run(step: Step): Promise<readonly Operation[]>;
  /** Repeats operations until they end. */
  repeat(operations: readonly Operation[]): Promise<void>;
}

export function createOperator(
  { onboarding, sandbox: { clock }, advance }: RunningTenants,
  model: Model,
  findings: Findings,
  sub: (user: string) => string,
): Operator {
  const ask = async (operation: Operation, isAlone: boolean): Promise<Ended> => {
    const from = clock.now();
    const result = await onboarding.ask(requestOf(operation, sub));
    const to = clock.now();
    const ending = endingOf(result);
    if (ending === 'unknown' && isAlone && !MAY_FAIL.test(result?.reason ?? ''))
      findings.foundUnexpected(model, operation.tenant, `${operation.action} failed with ${result?.reason}`);
    return { operation, ending, from, to };
  };
  const take = (group: readonly Ended[]) => {
    if (model.ran(group)) return;
    for (const { operation, ending } of group) {
      const what = `${JSON.stringify(operation)} was ${ending}`;
      if (operation.action === 're-onboard' && ending === 'done') findings.foundAccess(model, operation.tenant, what);
      else findings.foundUnexpected(model, operation.tenant, what);
    }
  };
  const repeat = async (operations: readonly Operation[]) => {
    for (const operation of operations) {
      let ended: Ended | undefined;
      for (let repetition = 0; ended === undefined || ended.ending === 'unknown'; repetition++) {
        if (repetition === MOST_REPETITIONS) throw new Error(`${JSON.stringify(operation)} has not ended after ${repetition} repetitions`);
        ended = await ask(operation, true);
        take([ended]);
      }
    }
  };
  return {
    repeat,
    async run({ operations, killedAt, untilDeparted }) {
      const stopKilling = killedAt === undefined ? undefined : onboarding.killAt(killedAt);
      const group = await Promise.all(operations.map((operation) => ask(operation, operations.length === 1 && killedAt === undefined)));
      stopKilling?.();
      findings.count('steps', group.length);
      if (group.length > 1) findings.count('concurrent', group.length);
      const left = group.filter(({ ending }) => ending === 'unknown').map(({ operation }) => operation);
      findings.count('interrupted', left.length);
      take(group);
      if (!untilDeparted) return left;
      const [{ tenant }] = operations;
      await repeat(left);
      for (let wait = 0; wait < MOST_WAITS && !model.everywhere(tenant, ({ state }) => state === 'departed'); wait++) {
        await advance(DEPARTURE_MS);
        await repeat(operations);
      }
      return [];
    },
  };
}

function endingOf(result: { readonly status: string; readonly reason?: string } | undefined): Ending {
  if (result === undefined) return 'unknown';
  if (result.status === 'done' || result.status === 'waiting') return result.status;
  return result.reason?.startsWith('Rejected: ') ? 'rejected' : 'unknown';
}
