import { isDeepStrictEqual } from 'node:util';
import type { Coverage } from '../../sandbox';
import type { Gap } from './foreign-app';

/** What happened to an app. */
export type Verdict = 'runs' | 'rejected by name' | 'stopped' | 'wrong' | 'unnamed';

/** What is known about an app when it has ended, or was ended. */
export interface Observation {
  /** Why it did not start, died, or did not end in time. @default - it started and ended */
  readonly stopped?: string;
  /** One line for each answer that AWS would not give. */
  readonly wrong: readonly string[];
  /** The gaps that the sandbox does not report. */
  readonly unnamed: readonly Gap[];
  /** What the sandbox reports that it can't run, one line each. */
  readonly rejected: readonly string[];
}

export function verdictOf({ stopped, wrong, unnamed, rejected }: Observation): Verdict {
  if (stopped !== undefined) return 'stopped';
  if (wrong.length > 0) return 'wrong';
  if (unnamed.length > 0) return 'unnamed';
  return rejected.length > 0 ? 'rejected by name' : 'runs';
}

/** How an answer differs from that of AWS, in one line; undefined if it does not. */
export function differenceOf(asks: string, actual: unknown, expected: unknown): string | undefined {
  return isDeepStrictEqual(actual, expected)
    ? undefined
    : `${asks}: expected ${JSON.stringify(expected)}, received ${JSON.stringify(actual)}`;
}

/** The gaps that no report of the sandbox names. */
export function unnamedOf(gaps: readonly Gap[], { entries, leftOut = [] }: Coverage): Gap[] {
  return gaps.filter(({ type, names }) => {
    const own = entries.filter(({ resource }) => resource.type === type);
    if (names === undefined) return !own.some(({ support }) => support === 'template only' || support === 'AWS only');
    const reports = own.flatMap(({ leftOut, problems, exceptions }) => [
      ...(leftOut === undefined ? [] : [leftOut]),
      ...problems,
      ...exceptions.map(({ property }) => property),
    ]);
    return ![...reports, ...leftOut.filter((line) => line.includes(type))].some((line) => line.includes(names));
  });
}

/** What does not run of an app: the gaps that it is known to have, and everything else that the sandbox leaves out or does not support. */
export function rejectedOf(gaps: readonly Gap[], { entries, leftOut = [] }: Coverage): string[] {
  const known = gaps.map(({ type, names }) => (names === undefined ? type : `${type}: ${names}`));
  const unsupported = entries.filter(({ supported }) => !supported).map(({ resource }) => resource.type);
  const resources = entries.flatMap((entry) => entry.leftOut ?? []);
  return [...new Set([...known, ...unsupported, ...resources, ...leftOut])];
}
