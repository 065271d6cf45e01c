import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MODES, type Mode, SPEED } from '../../systems/gov-sync/names';
import { BREAKS } from './breaks';

export interface Arguments {
  /** Seeds of the API in each mode. */
  readonly runs: number;
  /** The first seed. */
  readonly from: number;
  /** Sandboxes at a time. @default one more than this machine has cores, because each of them waits at times */
  readonly sandboxes: number;
  readonly schools: number;
  /** How fast the clock runs between waits: 1 is normal speed, at which a machine that stands still makes calls time out. */
  readonly speed: number;
  readonly modes: readonly Mode[];
  readonly broken?: string;
}

export const USAGE = `[--runs N] [--from SEED] [--schools N] [--sandboxes N] [--speed N] [--mode ${MODES.join('|')}] [--broken ${Object.keys(BREAKS).join('|')}]`;

/** @throws UsageError */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '50' },
      from: { type: 'string', default: '1' },
      schools: { type: 'string', default: '400' },
      sandboxes: { type: 'string', default: String(availableParallelism() + 1) },
      speed: { type: 'string', default: String(SPEED) },
      mode: { type: 'string' },
      broken: { type: 'string' },
    },
  });
  const { mode, broken } = values;
  if (mode !== undefined && !MODES.some((one) => one === mode)) throw usage('mode', mode, `one of ${MODES.join(', ')}`);
  if (broken !== undefined && !Object.hasOwn(BREAKS, broken)) throw usage('broken', broken, `one of ${Object.keys(BREAKS).join(', ')}`);
  return {
    runs: wholeNumber('runs', values.runs, MOST_RUNS),
    from: wholeNumber('from', values.from, MOST_RUNS),
    schools: wholeNumber('schools', values.schools, MOST_SCHOOLS),
    sandboxes: wholeNumber('sandboxes', values.sandboxes, MOST_SANDBOXES),
    speed: speedOf(values.speed),
    modes: mode === undefined ? MODES : [mode as Mode],
    broken,
  };
}

/** Each run is a quarter of its own, from 2001 on. */
const MOST_RUNS = 100;
const MOST_SCHOOLS = 999;
const MOST_SANDBOXES = 16;

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) throw usage(option, text, `an integer between 1 and ${most}`);
  return value;
}

function speedOf(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10)) throw usage('speed', text, 'a number above 0, up to 10');
  return value;
}

function usage(option: string, value: string, expected: string): Error {
  return Object.assign(new Error(`Invalid --${option} ${value}: expected ${expected}. Usage: ${USAGE}`), { name: 'UsageError' });
}
