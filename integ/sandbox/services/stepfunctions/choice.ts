import type { Json, JsonObject } from '../../contracts';
import { matchesWildcard } from '../../protocol/wildcard';
import { NotSupported } from './not-supported';
import { readPath, valueAt } from './paths';

/** Whether a rule of a Choice state holds. @throws if its variable does not exist */
export type Condition = (data: Json, context: JsonObject, missing: (path: string) => Error) => boolean;

/** Documented: "Choice workflow state", supported comparison operators. */
const COMPARED = /^(String|Numeric|Timestamp|Boolean)(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)(Path)?$/;
const ORDER: Readonly<Record<string, (a: number | string | boolean, b: number | string | boolean) => boolean>> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThan: (a, b) => a > b,
  GreaterThanEquals: (a, b) => a >= b,
};
const TYPES: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => comparable('Timestamp', value) !== undefined,
};

/** @throws NotSupported for an operator that does not exist */
export function readCondition(rule: JsonObject, where: string): Condition {
  const { And, Or, Not, Variable, Next: _, Comment: __, ...operators } = rule;
  const inner = (rules: Json, name: string) =>
    (rules as JsonObject[]).map((one, index) => readCondition(one, `${where}.${name}[${index}]`));
  if (Array.isArray(And)) {
    const all = inner(And, 'And');
    return (...parts) => all.every((condition) => condition(...parts));
  }
  if (Array.isArray(Or)) {
    const any = inner(Or, 'Or');
    return (...parts) => any.some((condition) => condition(...parts));
  }
  if (Not !== undefined) {
    const negated = readCondition(Not as JsonObject, `${where}.Not`);
    return (...parts) => !negated(...parts);
  }
  const names = Object.keys(operators);
  const [operator] = names;
  if (names.length !== 1 || Variable === undefined) {
    throw new NotSupported(`${where} has the operators ${names.join(', ') || 'none'}: it must have a Variable and one operator`);
  }
  const variable = readPath(Variable, `${where}.Variable`);
  const test = readTest(operator, operators[operator], `${where}.${operator}`);
  return (data, context, missing) => {
    const value = valueAt(variable, data, context);
    if (value === undefined && operator !== 'IsPresent') throw missing(variable.text);
    return test(value, data, context);
  };
}

type Test = (value: Json | undefined, data: Json, context: JsonObject) => boolean;

function readTest(operator: string, expected: Json, where: string): Test {
  if (operator === 'IsPresent') return (value) => (value !== undefined) === expected;
  if (operator in TYPES) return (value) => TYPES[operator](value) === expected;
  if (operator === 'StringMatches') {
    const pattern = String(expected);
    if (/[?\\]/.test(pattern)) throw new NotSupported(`${where} ${pattern} is not supported: use no question mark and no backslash`);
    return (value) => typeof value === 'string' && matchesWildcard(pattern, value);
  }
  const [, type, comparison, ofPath] = COMPARED.exec(operator) ?? [];
  if (type === undefined) throw new NotSupported(`${where} is not supported: it is no comparison operator`);
  const path = ofPath === undefined ? undefined : readPath(expected, where);
  return (value, data, context) => {
    const [left, right] = [value, path === undefined ? expected : valueAt(path, data, context)].map((one) => comparable(type, one));
    return left !== undefined && right !== undefined && ORDER[comparison](left, right);
  };
}

/** The value if it has the type of the operator. Timestamps are compared as times. */
function comparable(type: string, value: Json | undefined): number | string | boolean | undefined {
  switch (type) {
    case 'String':
      return typeof value === 'string' ? value : undefined;
    case 'Numeric':
      return typeof value === 'number' ? value : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? value : undefined;
    default: {
      const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      return Number.isNaN(time) ? undefined : time;
    }
  }
}
