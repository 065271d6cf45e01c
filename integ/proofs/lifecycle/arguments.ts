import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { proofArguments } from '../../kit/proof-arguments';
import { BREAKS } from './breaks';

export interface Arguments {
  /** Sequences. */
  readonly sequences: number;
  /** The first seed. */
  readonly from: number;
  /** Sandboxes at a time. @default one more than this machine has cores, because each of them waits at times */
  readonly sandboxes: number;
  /** How fast the clock runs: 1 is normal speed. */
  readonly speed: number;
  readonly broken?: string;
}

export const USAGE = `[--sequences N] [--from SEED] [--sandboxes N] [--speed N] [--broken ${Object.keys(BREAKS).join('|')}]`;

const MOST_SEQUENCES = 10_000;
const MOST_SANDBOXES = 16;
const FASTEST = 10;

/** @throws UsageError */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sequences: { type: 'string', default: '200' },
      from: { type: 'string', default: '1' },
      sandboxes: { type: 'string', default: String(availableParallelism() + 1) },
      speed: { type: 'string', default: '1' },
      broken: { type: 'string' },
    },
  });
  const { integer, oneOf, positive } = proofArguments(USAGE);
  return {
    sequences: integer('sequences', values.sequences, 1, MOST_SEQUENCES),
    from: integer('from', values.from, 1, MOST_SEQUENCES),
    sandboxes: integer('sandboxes', values.sandboxes, 1, MOST_SANDBOXES),
    speed: positive('speed', values.speed, FASTEST),
    broken: oneOf('broken', values.broken, Object.keys(BREAKS)),
  };
}
