/** Any text (`*`), and any one character (`?`). */
const ANY = Symbol('any');
const ONE = Symbol('one');

type Wildcard = typeof ANY | typeof ONE;

/** `${aws:PrincipalTag/team, 'company-wide'}` */
interface Variable {
  /** The condition key in lower case. */
  readonly key: string;
  readonly fallback?: string;
}

type Part = string | Wildcard | Variable;

/** The value of a condition key by its name in lower case; undefined if the request does not have it. */
export type Lookup = (key: string) => string | readonly string[] | undefined;

/** What has a meaning in a text of a policy. */
export interface Syntax {
  /** `*` and `?` */
  readonly wildcards: boolean;
  /** `${…}`, since the version 2012-10-17 of the policy language */
  readonly variables: boolean;
}

/** A text of a policy that values of requests are compared with. */
export interface Pattern {
  /** Whether a value matches. False if a variable has no value. */
  matches(value: string, lookup: Lookup): boolean;
}

const SPECIAL = ['*', '?', '$'];

/**
 * The parts of a pattern. Documented: "IAM policy elements: Variables and tags" (IAM User Guide): default values, and `${*}`, `${?}` and
 * `${$}` for characters that would otherwise have a meaning.
 */
function parse(text: string, { wildcards, variables }: Syntax): Part[] {
  const parts: Part[] = [];
  let literal = '';
  const add = (part: Part) => {
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(part);
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const end = variables && character === '$' && text[at + 1] === '{' ? text.indexOf('}', at + 2) : -1;
    if (end > 0) {
      const name = text.slice(at + 2, end);
      if (SPECIAL.includes(name)) literal += name;
      else add(variable(name));
      at = end;
    } else if (wildcards && character === '*') {
      add(ANY);
    } else if (wildcards && character === '?') {
      add(ONE);
    } else {
      literal += character;
    }
  }
  return literal === '' ? parts : [...parts, literal];
}

function variable(text: string): Variable {
  const comma = text.indexOf(',');
  if (comma < 0) return { key: text.trim().toLowerCase() };
  const fallback = text.slice(comma + 1).trim();
  const quoted = fallback.length > 1 && fallback.startsWith("'") && fallback.endsWith("'");
  return { key: text.slice(0, comma).trim().toLowerCase(), ...(quoted ? { fallback: fallback.slice(1, -1) } : {}) };
}

const isVariable = (part: Part): part is Variable => typeof part === 'object';

/** The condition keys of the variables in a text, in lower case. */
export function variablesIn(text: string): string[] {
  return parse(text, { wildcards: false, variables: true })
    .filter(isVariable)
    .map(({ key }) => key);
}

/**
 * The parts with the values of the variables, which are compared literally. Undefined if a variable has no value: "There is no equal or like
 * value". A key with several values can't be used as a variable.
 */
function resolved(parts: readonly Part[], lookup: Lookup): (string | Wildcard)[] | undefined {
  const result: (string | Wildcard)[] = [];
  for (const part of parts) {
    if (!isVariable(part)) {
      result.push(part);
      continue;
    }
    const found = lookup(part.key);
    const value = typeof found === 'string' && found !== '' ? found : part.fallback;
    if (value === undefined) return undefined;
    result.push(value);
  }
  return result;
}

/** Texts and single characters between two stars, with their length together. */
interface Run {
  readonly parts: readonly (string | typeof ONE)[];
  readonly length: number;
}

/** The runs of a pattern without variables, in order: there is any text between two runs. */
type Runs = readonly Run[];

function runsOf(parts: readonly (string | Wildcard)[]): Runs {
  const runs: (string | typeof ONE)[][] = [[]];
  for (const part of parts) {
    if (part === ANY) runs.push([]);
    else runs[runs.length - 1].push(part);
  }
  return runs.map((own) => ({ parts: own, length: own.reduce((sum, part) => sum + (part === ONE ? 1 : part.length), 0) }));
}

/**
 * Whether a text matches. Each run is searched from left to right once, so that the time is linear in the length of the text, whatever the
 * pattern.
 */
function runsMatch(runs: Runs, text: string): boolean {
  const first = runs[0];
  if (runs.length === 1) return text.length === first.length && fits(first, text, 0);
  const last = runs[runs.length - 1];
  const end = text.length - last.length;
  if (first.length > end || !fits(first, text, 0) || !fits(last, text, end)) return false;
  let at = first.length;
  for (let number = 1; number < runs.length - 1; number++) {
    const found = find(runs[number], text, at, end);
    if (found < 0) return false;
    at = found + runs[number].length;
  }
  return true;
}

function fits({ parts }: Run, text: string, start: number): boolean {
  let at = start;
  for (const part of parts) {
    if (part !== ONE && !text.startsWith(part, at)) return false;
    at += part === ONE ? 1 : part.length;
  }
  return at <= text.length;
}

/** The first place of a run that ends before a limit, or -1. */
function find(run: Run, text: string, from: number, limit: number): number {
  const [only] = run.parts;
  if (run.parts.length === 1 && only !== ONE) {
    const found = text.indexOf(only, from);
    return found + run.length <= limit ? found : -1;
  }
  for (let at = from; at + run.length <= limit; at++) {
    if (fits(run, text, at)) return at;
  }
  return -1;
}

export function patternOf(text: string, syntax: Syntax): Pattern {
  return compiled(parse(text, syntax), (known) => {
    const runs = runsOf(known);
    return (value) => runsMatch(runs, value);
  });
}

/** Compiles a pattern once if it has no variables, and otherwise with the values of each request. */
function compiled(parts: readonly Part[], compile: (known: readonly (string | Wildcard)[]) => (value: string) => boolean): Pattern {
  if (!parts.some(isVariable)) return { matches: compile(parts as (string | Wildcard)[]) };
  return {
    matches(value, lookup) {
      const known = resolved(parts, lookup);
      return known !== undefined && compile(known)(value);
    },
  };
}

/** The number of parts of an ARN that are separated by colons. The last one may contain colons. */
export const ARN_PARTS = 6;

/** `arn`, partition, service, Region, account and resource; undefined for a text with fewer colons. */
export function arnParts(text: string): string[] | undefined {
  const parts = text.split(':');
  return parts.length < ARN_PARTS ? undefined : [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
}

/**
 * A pattern whose six parts are compared one by one, so that a star matches no colon before the resource. Documented: "Amazon Resource Name
 * (ARN) condition operators" (IAM User Guide).
 */
export function arnPatternOf(text: string, syntax: Syntax): Pattern {
  return compiled(parse(text, syntax), (known) => {
    const runs = split(known).map(runsOf);
    return (value) => {
      const asked = arnParts(value);
      return asked !== undefined && runs.length === ARN_PARTS && runs.every((part, number) => runsMatch(part, asked[number]));
    };
  });
}

/** Splits parts at the first five colons. */
function split(parts: readonly (string | Wildcard)[]): (string | Wildcard)[][] {
  const result: (string | Wildcard)[][] = [[]];
  for (const part of parts) {
    let rest: string | Wildcard = part;
    while (typeof rest === 'string' && result.length < ARN_PARTS) {
      const colon: number = rest.indexOf(':');
      if (colon < 0) break;
      result[result.length - 1].push(rest.slice(0, colon));
      result.push([]);
      rest = rest.slice(colon + 1);
    }
    result[result.length - 1].push(rest);
  }
  return result;
}
