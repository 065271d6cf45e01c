import type { Json, JsonObject } from '../../contracts';
import { type Comparison, OPERATORS } from './operators';
import type { Lookup } from './pattern';

/** One key of one operator in the Condition element of a statement. */
export interface Condition {
  /** In lower case. */
  readonly key: string;
  holds(lookup: Lookup): boolean;
}

/** `ForAllValues:StringLikeIfExists` */
interface OperatorName {
  readonly set?: 'forallvalues' | 'foranyvalue';
  readonly base: string;
  readonly ifExists: boolean;
}

export function operatorName(text: string): OperatorName {
  const [first, second] = text.toLowerCase().split(':', 2);
  const name = second ?? first;
  const ifExists = name.endsWith('ifexists');
  const base = ifExists ? name.slice(0, -'ifexists'.length) : name;
  return second === undefined ? { base, ifExists } : { set: first as OperatorName['set'], base, ifExists };
}

/** @throws for an operator that does not exist */
export function conditionsOf(element: JsonObject | undefined, variables: boolean): Condition[] {
  return Object.entries(element ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys as JsonObject).map(([key, values]) => conditionOf(operator, key, textsOf(values), variables)),
  );
}

export function textsOf(values: Json): string[] {
  return [values].flat().map(String);
}

function conditionOf(written: string, name: string, values: readonly string[], variables: boolean): Condition {
  const key = name.toLowerCase();
  const { set, base, ifExists } = operatorName(written);
  if (base === 'null' && set === undefined && !ifExists) {
    const wanted = values.map((value) => value.toLowerCase() === 'true');
    return { key, holds: (lookup) => wanted.includes(isMissing(lookup(key))) };
  }
  const operator = OPERATORS.get(base);
  if (operator === undefined || (set !== undefined && set !== 'forallvalues' && set !== 'foranyvalue')) {
    throw new Error(`The condition operator ${written} of ${name} does not exist`);
  }
  const { negated } = operator;
  const comparisons = values.map((value) => operator.compare(value, variables));
  const one = (value: string, lookup: Lookup) => isAny(comparisons, value, lookup) !== negated;
  return {
    key,
    holds(lookup) {
      const value = lookup(key);
      if (isMissing(value)) return ifExists || set === 'forallvalues' || (negated && set === undefined);
      if (set === undefined) return typeof value === 'string' && one(value, lookup);
      const members = typeof value === 'string' ? [value] : value;
      return set === 'forallvalues' ? members.every((member) => one(member, lookup)) : members.some((member) => one(member, lookup));
    },
  };
}

function isAny(comparisons: readonly Comparison[], value: string, lookup: Lookup): boolean {
  return comparisons.some((matches) => matches(value, lookup));
}

/** A key without values is missing: "if the key values in the request resolve to an empty data set, such as an empty list". */
function isMissing(value: ReturnType<Lookup>): value is undefined {
  return value === undefined || (typeof value !== 'string' && value.length === 0);
}
