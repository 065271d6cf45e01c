import { parseArgs } from 'node:util';
import { proofArguments } from '../../kit/proof-arguments';
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
  const { integer, oneOf } = proofArguments(USAGE);
  return { schools: integer('schools', schools, FEWEST_SCHOOLS), broken: oneOf('broken', broken, Object.keys(BREAKS)) };
}
