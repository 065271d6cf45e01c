import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { proofArguments } from '../../kit/proof-arguments';
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
  const { integer, oneOf, positive } = proofArguments(USAGE);
  const mode = oneOf('mode', values.mode, MODES);
  return {
    runs: integer('runs', values.runs, 1, MOST_RUNS),
    from: integer('from', values.from, 1, MOST_RUNS),
    schools: integer('schools', values.schools, 1, MOST_SCHOOLS),
    sandboxes: integer('sandboxes', values.sandboxes, 1, MOST_SANDBOXES),
    speed: positive('speed', values.speed, FASTEST),
    modes: mode === undefined ? MODES : [mode as Mode],
    broken: oneOf('broken', values.broken, Object.keys(BREAKS)),
  };
}

/** Each run is a quarter of its own, from 2001 on. */
const MOST_RUNS = 100;
const MOST_SCHOOLS = 999;
const MOST_SANDBOXES = 16;
const FASTEST = 10;
