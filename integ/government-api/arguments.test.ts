import { readArguments } from './arguments';
import { STABLE, UNSTABLE } from './index';

test('the defaults are the unstable API with idempotency keys', () => {
  expect(readArguments([])).toEqual({
    ...{ seed: 1, behaviour: UNSTABLE, maintenanceIn: undefined, speed: 1, port: 8090 },
    duplicates: { mode: 'idempotencyKey', header: 'Idempotency-Key', retainedForMs: Number.POSITIVE_INFINITY },
  });
});

test('each option is read', () => {
  expect(
    readArguments(['--seed', '7', '--duplicates', 'lookUp', '--stable', '--maintenance-in', '10', '--speed', '60', '--port', '9000']),
  ).toEqual({
    ...{ seed: 7, behaviour: STABLE, maintenanceIn: 10, speed: 60, port: 9000 },
    duplicates: { mode: 'lookUp', visibleAfterMs: 300_000 },
  });
});

test.each([
  [['--seed', '1.5'], 'Invalid --seed 1.5: expected an integer.'],
  [['--duplicates', 'toString'], 'Invalid --duplicates toString: expected one of idempotencyKey, lookUp, neither.'],
  [['--speed', '0'], 'Invalid --speed 0: expected a number above 0.'],
  [['--port', ''], 'Invalid --port : expected an integer between 1 and 65535.'],
  [['--maintenance-in', 'soon'], 'Invalid --maintenance-in soon: expected a number of minutes.'],
])('%j is invalid', (argv, message) => expect(() => readArguments(argv)).toThrow(message));
