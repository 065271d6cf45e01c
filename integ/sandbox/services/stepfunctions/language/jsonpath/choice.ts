import type { Json, JsonObject } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import type { Scope } from '../../model';
import { isTimestamp } from '../timestamp';
import { missing, readPath, valueAt } from './paths';
import { matchesText, readTextPattern } from './text-pattern';

/** Whether a rule of a Choice state holds. @throws if its variable does not exist */
export type Condition = (scope: Scope) => boolean;

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
  const { And, Or, Not, Variable, Next: _, Comment: __, Assign: ___, ...operators } = rule;
  const inner = (rules: Json, name: string) =>
    (rules as JsonObject[]).map((one, index) => readCondition(one, `${where}.${name}[${index}]`));
  if (Array.isArray(And)) {
    const all = inner(And, 'And');
    return (scope) => all.every((condition) => condition(scope));
  }
  if (Array.isArray(Or)) {
    const any = inner(Or, 'Or');
    return (scope) => any.some((condition) => condition(scope));
  }
  if (Not !== undefined) {
    const negated = readCondition(Not as JsonObject, `${where}.Not`);
    return (scope) => !negated(scope);
  }
  const names = Object.keys(operators);
  const [operator] = names;
  if (names.length !== 1 || Variable === undefined) {
    throw new NotSupported(`${where} has the operators ${names.join(', ') || 'none'}: it must have a Variable and one operator`);
  }
  const variable = readPath(Variable, `${where}.Variable`);
  const test = readTest(operator, operators[operator], `${where}.${operator}`);
  return (scope) => {
    const value = valueAt(variable, scope);
    if (value === undefined && operator !== 'IsPresent') throw missing(variable.text);
    return test(value, scope);
  };
}

type Test = (value: Json | undefined, scope: Scope) => boolean;

function readTest(operator: string, expected: Json, where: string): Test {
  if (operator === 'IsPresent') return (value) => (value !== undefined) === expected;
  if (operator in TYPES) return (value) => TYPES[operator](value) === expected;
  if (operator === 'StringMatches') {
    const pattern = readTextPattern(String(expected));
    return (value) => typeof value === 'string' && matchesText(pattern, value);
  }
  const [, type, comparison, ofPath] = COMPARED.exec(operator) ?? [];
  if (type === undefined) throw new NotSupported(`${where} is not supported: it is no comparison operator`);
  const path = ofPath === undefined ? undefined : readPath(expected, where);
  return (value, scope) => {
    const other = path === undefined ? expected : valueAt(path, scope);
    if (other === undefined) throw missing(String(expected));
    const [left, right] = [value, other].map((one) => comparable(type, one));
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
    default:
      return isTimestamp(value) ? Date.parse(value) : undefined;
  }
}
