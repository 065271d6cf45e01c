import { parseArgs } from 'node:util';
import { BREAKS } from './breaks';

export interface Arguments {
  readonly schools: number;
  readonly broken?: string;
}

export const USAGE = `[--schools N] [--broken ${Object.keys(BREAKS).join('|')}]`;
/** One of six has a dead letter. */
const FEWEST_SCHOOLS = 6;

/** @throws UsageError */
export function readArguments(args: readonly string[]): Arguments {
  const option = { type: 'string' } as const;
  const { schools = '48', broken } = parseArgs({ args: [...args], options: { schools: option, broken: option } }).values;
  const count = Number(schools);
  if (!Number.isInteger(count) || count < FEWEST_SCHOOLS) throw usage('schools', schools, `an integer from ${FEWEST_SCHOOLS}`);
  if (broken !== undefined && !Object.hasOwn(BREAKS, broken)) throw usage('broken', broken, `one of ${Object.keys(BREAKS).join(', ')}`);
  return { schools: count, broken };
}

function usage(option: string, value: string, expected: string): Error {
  return Object.assign(new Error(`Invalid --${option} ${value}: expected ${expected}. Usage: ${USAGE}`), { name: 'UsageError' });
}
