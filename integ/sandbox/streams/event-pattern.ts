import type { Json, JsonObject } from '../contracts';

/** Whether an event matches a pattern. */
export type EventPattern = (event: JsonObject) => boolean;

type Rule = (value: Json | undefined) => boolean;

/** An event pattern that EventBridge would reject, or that Pipes and event source mappings do not support. */
export class InvalidPattern extends Error {}

/**
 * Compiles the pattern of a filter of a pipe or of an event source mapping. Documented: "Event filtering in Amazon EventBridge Pipes" and
 * "Comparison operators for use in event patterns in Amazon EventBridge", which lists the operators that pipes do not support.
 *
 * @throws InvalidPattern
 */
export function eventPattern(text: string): EventPattern {
  let pattern: Json;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw new InvalidPattern(`it is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(pattern)) throw new InvalidPattern('it must be a JSON object');
  return fields(pattern, '');
}

function fields(pattern: JsonObject, path: string): EventPattern {
  const names = Object.keys(pattern);
  if (names.length === 0) throw new InvalidPattern(`${path === '' ? 'the pattern' : path} is an empty object`);
  const parts = names.map((name) => (name === '$or' ? anyOf(pattern.$or, path) : field(name, pattern[name], `${path}${name}`)));
  return (event) => parts.every((part) => part(event));
}

/** `"$or": [{ … }, { … }]` */
function anyOf(alternatives: Json, path: string): EventPattern {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw new InvalidPattern(`${path}$or must be a list of at least two objects`);
  }
  const parts = alternatives.map((alternative) => fields(alternative, path));
  return (event) => parts.some((part) => part(event));
}

function field(name: string, pattern: Json, path: string): EventPattern {
  if (isObject(pattern)) {
    const inner = fields(pattern, `${path}.`);
    return (event) => withinObjects(event[name]).some(inner);
  }
  if (!Array.isArray(pattern)) throw new InvalidPattern(`"${path}" must be an object or an array`);
  if (pattern.length === 0) throw new InvalidPattern(`"${path}" has an empty array: no event matches it`);
  const rules = pattern.map((rule) => ruleOf(rule, path));
  return (event) => {
    const values = leaves(event[name]);
    return rules.some((rule) => (values.length === 0 ? rule(undefined) : values.some((value) => rule(value))));
  };
}

/** The objects of a value: itself, or the elements of an array. A missing object has no fields, so that `exists: false` matches in it. */
function withinObjects(value: Json | undefined): JsonObject[] {
  if (Array.isArray(value)) return value.filter(isObject);
  return [isObject(value) ? value : {}];
}

/** The values of a field that rules compare. An object is not a value, and an empty array has none. */
function leaves(value: Json | undefined): Json[] {
  if (value === undefined || isObject(value)) return [];
  return Array.isArray(value) ? value.flatMap((element) => leaves(element)) : [value];
}

function ruleOf(rule: Json, path: string): Rule {
  if (!isObject(rule)) {
    if (Array.isArray(rule)) throw new InvalidPattern(`"${path}" has an array within an array`);
    return (value) => value === rule;
  }
  const [[operator, operand] = ['', null], ...others] = Object.entries(rule);
  if (others.length > 0) throw new InvalidPattern(`"${path}" has a rule with more than one operator`);
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') throw new InvalidPattern(`"${path}": exists must be true or false`);
      return (value) => (value !== undefined) === operand;
    case 'prefix':
    case 'suffix':
      return edge(operator, operand, path);
    case 'equals-ignore-case': {
      const wanted = textOf(operand, operator, path).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
    }
    case 'numeric':
      return numeric(operand, path);
    case 'anything-but':
      return anythingBut(operand, path);
    case 'cidr':
    case 'wildcard':
      throw new InvalidPattern(`"${path}": the operator ${operator} is not supported`);
    default:
      throw new InvalidPattern(`"${path}": unrecognized match type ${operator}`);
  }
}

/** `{ "prefix": "a" }` or `{ "prefix": { "equals-ignore-case": "a" } }` */
function edge(operator: 'prefix' | 'suffix', operand: Json, path: string): Rule {
  const nested = isObject(operand);
  const wanted = textOf(nested ? operand['equals-ignore-case'] : operand, operator, path);
  const same = nested ? (text: string) => text.toLowerCase() : (text: string) => text;
  const compare = operator === 'prefix' ? 'startsWith' : 'endsWith';
  return (value) => typeof value === 'string' && same(value)[compare](same(wanted));
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `{ "numeric": [">", 0, "<=", 5] }` */
function numeric(operand: Json, path: string): Rule {
  const invalid = (): never => {
    throw new InvalidPattern(
      `"${path}": numeric must be a list of one or two pairs of an operator (${Object.keys(COMPARISONS).join(' ')}) and a number`,
    );
  };
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) return invalid();
  const limits = Array.from({ length: operand.length / 2 }, (_, index) => {
    const [sign, limit] = operand.slice(index * 2, index * 2 + 2);
    const compare = COMPARISONS[String(sign)];
    return compare === undefined || typeof limit !== 'number' ? invalid() : (value: number) => compare(value, limit);
  });
  return (value) => typeof value === 'number' && limits.every((within) => within(value));
}

function anythingBut(operand: Json, path: string): Rule {
  if (isObject(operand)) {
    const [kind] = Object.keys(operand);
    throw new InvalidPattern(`"${path}": anything-but with ${kind} is not supported`);
  }
  const excluded = Array.isArray(operand) ? operand : [operand];
  if (excluded.length === 0 || !excluded.every((value) => typeof value === 'string' || typeof value === 'number')) {
    throw new InvalidPattern(`"${path}": anything-but must be texts or numbers`);
  }
  return (value) => value !== undefined && !excluded.includes(value as string | number);
}

function textOf(value: Json | undefined, operator: string, path: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidPattern(`"${path}": ${operator} must be text`);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
