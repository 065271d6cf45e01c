import { parseArgs } from 'node:util';
import { type Behaviour, type Duplicates, idempotencyKey, lookUp, neither, STABLE, UNSTABLE } from './index';

export const USAGE =
  'Usage: npx projen government-api [--seed N] [--duplicates idempotencyKey|lookUp|neither] [--stable] [--maintenance-in minutes] [--speed N] [--port N]';

export interface Arguments {
  readonly seed: number;
  readonly duplicates: Duplicates;
  readonly behaviour: Behaviour;
  /** Minutes of the API's clock until a maintenance window begins. */
  readonly maintenanceIn?: number;
  readonly speed: number;
  readonly port: number;
}

/** How long an accepted report can't be looked up. */
const VISIBLE_AFTER_MS = 5 * 60_000;

const MODES: Readonly<Record<string, () => Duplicates>> = {
  idempotencyKey: () => idempotencyKey(),
  lookUp: () => lookUp(VISIBLE_AFTER_MS),
  neither,
};

/** @throws with a one-line message for invalid arguments */
export function readArguments(argv: string[]): Arguments {
  const { values } = parseArgs({
    args: argv,
    options: {
      seed: { type: 'string', default: '1' },
      duplicates: { type: 'string', default: 'idempotencyKey' },
      stable: { type: 'boolean', default: false },
      'maintenance-in': { type: 'string' },
      speed: { type: 'string', default: '1' },
      port: { type: 'string', default: '8090' },
    },
  });
  if (!Object.hasOwn(MODES, values.duplicates))
    throw new Error(`Invalid --duplicates ${values.duplicates}: expected one of ${Object.keys(MODES).join(', ')}. ${USAGE}`);
  const minutes = values['maintenance-in'];
  return {
    seed: numberOf('--seed', values.seed, 'an integer', Number.isInteger),
    duplicates: MODES[values.duplicates](),
    behaviour: values.stable ? STABLE : UNSTABLE,
    maintenanceIn: minutes === undefined ? undefined : numberOf('--maintenance-in', minutes, 'a number of minutes', (value) => value >= 0),
    speed: numberOf('--speed', values.speed, 'a number above 0', (value) => value > 0),
    port: numberOf(
      '--port',
      values.port,
      'an integer between 1 and 65535',
      (value) => Number.isInteger(value) && value >= 1 && value <= 65_535,
    ),
  };
}

function numberOf(option: string, text: string, expected: string, isValid: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || !isValid(value))
    throw new Error(`Invalid ${option} ${text}: expected ${expected}. ${USAGE}`);
  return value;
}
