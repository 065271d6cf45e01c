import { parseArgs } from 'node:util';
import { proofArguments } from '../../kit/proof-arguments';
import { BREAKS } from './breaks';

export interface Arguments {
  /** @default - both */
  readonly only?: string;
  /** About so many points instead of all. */
  readonly some?: number;
  /** Of the first API. */
  readonly seed: number;
  readonly broken?: string;
}

const ONLY: readonly string[] = ['stops', 'kills'];
export const USAGE = `[--only ${ONLY.join('|')}] [--points N] [--seed N] [--broken ${Object.keys(BREAKS).join('|')}]`;

/** @throws UsageError */
export function readArguments(args: readonly string[]): Arguments {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { only: option, points: option, seed: option, broken: option } });
  const { only, points, seed = '1', broken } = values;
  const { integer, oneOf } = proofArguments(USAGE);
  return {
    ...{ only: oneOf('only', only, ONLY), seed: integer('seed', seed, 1), broken: oneOf('broken', broken, Object.keys(BREAKS)) },
    some: points === undefined ? undefined : integer('points', points, 1),
  };
}
