import type { Outcome } from '../../kit/proof';
import { type Run, sumOf } from './figures';
import { ACTIONS } from './operations';
import { pairsCovered } from './plan';

/** How often each pair of operations follows each other on one tenant. */
const LEAST_PAIRS = 10;
const ALL_PAIRS = ACTIONS.length ** 2;
/** With fewer sequences, some pairs are rarer. */
const ENOUGH_SEQUENCES = 200;
const FEWEST_STEPS = 40;

export function figuresOf(seed: number, runs: readonly Run[]): object {
  const { steps, requests, refreshes, sessions, ...others } = sumOf(runs);
  const { concurrent, interrupted, messages, unexpected, crossings, afterSuspension, afterOffboarding, lost, doubled } = others;
  return {
    ...{ seed, sequences: runs.length, steps, requests, refreshes, sessions },
    pairsCovered: pairsCovered(
      runs.flatMap(({ pairs }) => pairs),
      LEAST_PAIRS,
    ),
    ...{ crossings, afterSuspension, afterOffboarding, lost, doubled },
    ...{ unexpected, concurrent, interrupted, messages },
  };
}

export function promisesOf(runs: readonly Run[]): Outcome['promises'] {
  const sum = sumOf(runs);
  const pairs = runs.flatMap((run) => run.pairs);
  return {
    'nothing of one customer reaches another one': sum.crossings === 0,
    'a tenant that is not active has no access, after the times that the README states': sum.afterSuspension === 0,
    'a tenant that was offboarded has no access, and none of its messages is written': sum.afterOffboarding === 0,
    'no accepted message of a tenant that stays is lost': sum.lost === 0,
    'no message is stored twice': sum.doubled === 0,
    'every operation, token, record and key is as the model expects': sum.unexpected === 0,
    [`each sequence has at least ${FEWEST_STEPS} operations`]: runs.every(({ steps }) => steps >= FEWEST_STEPS),
    [`each pair of operations follows each other on a tenant at least ${LEAST_PAIRS} times`]:
      runs.length < ENOUGH_SEQUENCES || pairsCovered(pairs, LEAST_PAIRS) === ALL_PAIRS,
    'a third of the operations run at the same time as others': sum.concurrent >= sum.steps / 3,
    'a quarter of the operations is interrupted': runs.length < ENOUGH_SEQUENCES || sum.interrupted >= sum.steps / 4,
  };
}
