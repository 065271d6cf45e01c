import { ACTIONS } from './operations';
import { pairsCovered, planOf, sequencePairs } from './plan';

const plans = Array.from({ length: 200 }, (_, index) => planOf(index + 1));
const operationsOf = ({ steps }: (typeof plans)[number]) => steps.flatMap(({ operations }) => operations);

test('the same seed gives the same sequence, and another seed another one', () => {
  expect(planOf(7)).toEqual(planOf(7));
  expect(planOf(7).steps.map(({ operations }) => operations)).not.toEqual(planOf(8).steps.map(({ operations }) => operations));
});

test('each sequence has at least 40 operations on six tenants, two of which leave and are asked for again', () => {
  for (const plan of plans) {
    const operations = operationsOf(plan);
    expect(operations.length).toBeGreaterThanOrEqual(40);
    expect(new Set(operations.map(({ tenant }) => tenant)).size).toBe(6);
    const reused = plan.tenants.filter((tenant) => {
      const own = operations.filter((operation) => operation.tenant === tenant).map(({ action }) => action);
      const left = own.indexOf('offboard');
      return left >= 0 && own.slice(left).includes('re-onboard');
    });
    expect(reused.length).toBeGreaterThanOrEqual(2);
  }
});

test('each pair of operations follows each other on a tenant at least ten times', () => {
  expect(pairsCovered(plans.flatMap(sequencePairs), 10)).toBe(ACTIONS.length ** 2);
});

test('a third of the operations run at the same time as others, and a quarter of the steps is to be killed', () => {
  const all = plans.flatMap(operationsOf).length;
  const steps = plans.flatMap((plan) => plan.steps);
  const concurrent = steps.filter(({ operations }) => operations.length > 1).flatMap(({ operations }) => operations).length;
  const killed = steps.filter(({ killedAt }) => killedAt !== undefined).flatMap(({ operations }) => operations).length;
  expect(concurrent / all).toBeGreaterThanOrEqual(1 / 3);
  expect(killed / all).toBeGreaterThanOrEqual(1 / 4);
});
