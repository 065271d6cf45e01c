import type { Sandbox, Transition } from '../../sandbox';
import { callsOnTheirWay } from './calls';

let listener: (transition: Transition) => void = () => undefined;
const stateMachines = { onTransition: (added: typeof listener) => (listener = added) };
const sandbox = { stateMachines } as unknown as Sandbox;
const at = (phase: Transition['phase'], executionArn: string, state = 'Send the report') =>
  listener({ phase, state, executionArn } as Transition);

test('a call is on its way until the API has it, and after its answer until the state has it', () => {
  let open = 0;
  const isOnItsWay = callsOnTheirWay(sandbox, () => open);
  expect(isOnItsWay()).toBe(false);
  at('ENTERED', 'one');
  at('ENTERED', 'two', 'Look up the report');
  at('ENTERED', 'three', 'Evaluate the answer');
  open = 1;
  expect(isOnItsWay()).toBe(true);
  open = 2;
  expect(isOnItsWay()).toBe(false);
  open = 0;
  at('ANSWERED', 'one');
  expect(isOnItsWay()).toBe(true);
  at('FAILED', 'two', 'Look up the report');
  expect(isOnItsWay()).toBe(false);
});

test('a call of an execution that was stopped is forgotten', () => {
  const isOnItsWay = callsOnTheirWay(sandbox, () => 0);
  at('ENTERED', 'one');
  const now = performance.now();
  const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 4_000);
  expect(isOnItsWay()).toBe(true);
  clock.mockReturnValue(now + 6_000);
  expect(isOnItsWay()).toBe(false);
  clock.mockRestore();
});
