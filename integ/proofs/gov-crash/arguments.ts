import { parseArgs } from 'node:util';
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
  if (only !== undefined && !ONLY.includes(only)) throw usage('only', only, `one of ${ONLY.join(', ')}`);
  if (broken !== undefined && !Object.hasOwn(BREAKS, broken)) throw usage('broken', broken, `one of ${Object.keys(BREAKS).join(', ')}`);
  return { only, broken, seed: wholeNumber('seed', seed), some: points === undefined ? undefined : wholeNumber('points', points) };
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw usage(option, text, 'an integer from 1');
  return value;
}

function usage(option: string, value: string, expected: string): Error {
  return Object.assign(new Error(`Invalid --${option} ${value}: expected ${expected}. Usage: ${USAGE}`), { name: 'UsageError' });
}
