import type { Examined } from './run';

/** What was found about the mutants of one operator, or of all. */
export interface Counts {
  readonly mutants: number;
  /** Those that let a foreign request through: an allowed request shows it, or one that the proof names. */
  readonly harmful: number;
  /** Harmful ones that the proof does not pass. */
  readonly found: number;
}

/** A foreign request is allowed, whoever found it. */
export function isHarmful({ harm, findings, isConfirmed }: Examined): boolean {
  return harm !== undefined || (findings.length > 0 && isConfirmed);
}

/** The proof has something to say, stops with the name of what it cannot read, or fails because the solver has no answer. */
export function isFound({ findings, stopped, unanswered }: Examined): boolean {
  return findings.length > 0 || stopped !== undefined || unanswered !== undefined;
}

function isMissed(examined: Examined): boolean {
  return isHarmful(examined) && !isFound(examined);
}

function isUnconfirmed(examined: Examined): boolean {
  return examined.findings.length > 0 && !isHarmful(examined);
}

function counts(all: readonly Examined[]): Counts {
  const harmful = all.filter(isHarmful);
  return { mutants: all.length, harmful: harmful.length, found: harmful.filter(isFound).length };
}

export function byOperator(all: readonly Examined[], operators: readonly string[]): Record<string, Counts> {
  return Object.fromEntries(operators.map((name) => [name, counts(all.filter(({ operator }) => operator === name))]));
}

export function summary(all: readonly Examined[]) {
  const harmful = all.filter(isHarmful);
  const figures = {
    ...counts(all),
    missed: all.filter(isMissed).length,
    /** Harmful ones for which the proof has no request, because it stopped. */
    foundByStopping: harmful.filter(({ findings, stopped }) => findings.length === 0 && stopped !== undefined).length,
    /** Harmful ones that the proof does not pass only because the solver has no answer to a query. */
    foundByNoAnswer: harmful.filter(({ findings, unanswered }) => findings.length === 0 && unanswered !== undefined).length,
    /** Harmful ones that no tried request found. */
    onlyBySolver: harmful.filter(({ harm }) => harm === undefined).length,
    unconfirmed: all.filter(isUnconfirmed).length,
    /** Mutants for which the proof stopped although no foreign request is known. */
    harmlessStopped: all.filter((one) => one.stopped !== undefined && !isHarmful(one)).length,
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
  };
  return {
    figures,
    promises: {
      'the proof finds each harmful mutant': figures.missed === 0,
      'the evaluation confirms what only the solver found': figures.unconfirmed === 0,
    },
  };
}

/** A line about a mutant that fails the proof. */
export function lineOf(examined: Examined): string | undefined {
  const { app, name, what, harm, findings } = examined;
  const about = `${app}, ${name}: ${what}`;
  if (isMissed(examined)) return `MISSED | ${about} | ${JSON.stringify(harm)}`;
  return isUnconfirmed(examined) ? `NOT CONFIRMED | ${about} | ${JSON.stringify(findings[0])}` : undefined;
}
