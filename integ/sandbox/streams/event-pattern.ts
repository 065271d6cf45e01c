import { BlockList, isIP } from 'node:net';
import type { Json, JsonObject } from '../contracts';
import { wildcard } from './wildcard';

/** Whether an event matches a pattern. */
export type EventPattern = (event: JsonObject) => boolean;

type Rule = (value: Json | undefined) => boolean;

/** An event pattern that AWS would reject, or with an operator that the service does not have. */
export class InvalidPattern extends Error {}

/** The operators that a service has: all of event buses and topics, or those of pipes and event source mappings. */
export type Operators = 'all' | 'of pipes';

/**
 * Compiles the event pattern of a rule, the filter of a pipe or of an event source mapping, or the filter policy of a subscription.
 * Documented: "Comparison operators for use in event patterns in Amazon EventBridge", which lists the operators that pipes do not support,
 * "Event filtering in Amazon EventBridge Pipes" and "Amazon SNS subscription filter policies".
 *
 * @throws InvalidPattern
 */
export function eventPattern(text: string, operators: Operators = 'of pipes'): EventPattern {
  let pattern: Json;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw new InvalidPattern(`it is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(pattern)) throw new InvalidPattern('it must be a JSON object');
  return fields(pattern, '', operators);
}

function fields(pattern: JsonObject, path: string, operators: Operators): EventPattern {
  const names = Object.keys(pattern);
  if (names.length === 0) throw new InvalidPattern(`${path === '' ? 'the pattern' : path} is an empty object`);
  const parts = names.map((name) =>
    name === '$or' ? anyOf(pattern.$or, path, operators) : field(name, pattern[name], `${path}${name}`, operators),
  );
  return (event) => parts.every((part) => part(event));
}

/** `"$or": [{ … }, { … }]` */
function anyOf(alternatives: Json, path: string, operators: Operators): EventPattern {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw new InvalidPattern(`${path}$or must be a list of at least two objects`);
  }
  const parts = alternatives.map((alternative) => fields(alternative, path, operators));
  return (event) => parts.some((part) => part(event));
}

function field(name: string, pattern: Json, path: string, operators: Operators): EventPattern {
  if (isObject(pattern)) {
    const inner = fields(pattern, `${path}.`, operators);
    return (event) => withinObjects(memberOf(event, name)).some(inner);
  }
  if (!Array.isArray(pattern)) throw new InvalidPattern(`"${path}" must be an object or an array`);
  if (pattern.length === 0) throw new InvalidPattern(`"${path}" has an empty array: no event matches it`);
  const rules = pattern.map((rule) => ruleOf(rule, path, operators));
  return (event) => {
    const values = leaves(memberOf(event, name));
    return rules.some((rule) => (values.length === 0 ? rule(undefined) : values.some((value) => rule(value))));
  };
}

function memberOf(event: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(event, name) ? event[name] : undefined;
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

function ruleOf(rule: Json, path: string, operators: Operators): Rule {
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
    case 'equals-ignore-case':
      return texts(equalsIgnoreCase(textOf(operand, operator, path)));
    case 'numeric':
      return numeric(operand, path);
    case 'anything-but':
      return anythingBut(operand, path, operators);
    case 'cidr':
    case 'wildcard': {
      if (operators === 'of pipes') throw new InvalidPattern(`"${path}": the operator ${operator} is not supported`);
      const text = textOf(operand, operator, path);
      return texts(operator === 'cidr' ? cidr(text, path) : like(text, path));
    }
    default:
      throw new InvalidPattern(`"${path}": unrecognized match type ${operator}`);
  }
}

type TextRule = (text: string) => boolean;

const texts =
  (matches: TextRule): Rule =>
  (value) =>
    typeof value === 'string' && matches(value);

function equalsIgnoreCase(wanted: string): TextRule {
  const lower = wanted.toLowerCase();
  return (text) => text.toLowerCase() === lower;
}

/** `{ "prefix": "a" }` or `{ "prefix": { "equals-ignore-case": "a" } }` */
function edge(operator: 'prefix' | 'suffix', operand: Json, path: string): Rule {
  if (!isObject(operand)) return texts(beginsOrEnds(operator, textOf(operand, operator, path)));
  const matches = beginsOrEnds(operator, textOf(operand['equals-ignore-case'], operator, path).toLowerCase());
  return texts((text) => matches(text.toLowerCase()));
}

function beginsOrEnds(operator: 'prefix' | 'suffix', wanted: string): TextRule {
  return operator === 'prefix' ? (text) => text.startsWith(wanted) : (text) => text.endsWith(wanted);
}

/** `{ "wildcard": "*.png" }` */
function like(pattern: string, path: string): TextRule {
  try {
    return wildcard(pattern);
  } catch (error) {
    throw new InvalidPattern(`"${path}": ${(error as Error).message}`);
  }
}

/** `{ "cidr": "10.0.0.0/24" }` */
function cidr(block: string, path: string): TextRule {
  const [address, bits, ...more] = block.split('/');
  const version = isIP(address);
  const length = Number(bits);
  if (version === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits ?? '') || length > (version === 4 ? 32 : 128)) {
    throw new InvalidPattern(`"${path}": ${block} is not a range of IP addresses`);
  }
  const range = new BlockList();
  const family = (of: number) => (of === 4 ? 'ipv4' : 'ipv6');
  range.addSubnet(address, length, family(version));
  return (text) => isIP(text) === version && range.check(text, family(version));
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

/** `{ "anything-but": ["a", "b"] }`, or of a rule: `{ "anything-but": { "prefix": ["a", "b"] } }` */
function anythingBut(operand: Json, path: string, operators: Operators): Rule {
  if (isObject(operand)) return anythingButOf(operand, path, operators);
  const excluded = Array.isArray(operand) ? operand : [operand];
  if (excluded.length === 0 || !excluded.every((value) => typeof value === 'string' || typeof value === 'number')) {
    throw new InvalidPattern(`"${path}": anything-but must be texts or numbers`);
  }
  const set = new Set<Json>(excluded);
  return (value) => value !== undefined && !set.has(value);
}

function anythingButOf(operand: JsonObject, path: string, operators: Operators): Rule {
  const [[kind, given] = ['', null], ...others] = Object.entries(operand);
  if (operators === 'of pipes') throw new InvalidPattern(`"${path}": anything-but with ${kind} is not supported`);
  const rules: Readonly<Record<string, (text: string) => TextRule>> = {
    prefix: (text) => beginsOrEnds('prefix', text),
    suffix: (text) => beginsOrEnds('suffix', text),
    'equals-ignore-case': equalsIgnoreCase,
    wildcard: (text) => like(text, path),
  };
  const rule = Object.hasOwn(rules, kind) ? rules[kind] : undefined;
  const wanted = Array.isArray(given) ? given : [given];
  if (rule === undefined || others.length > 0 || wanted.length === 0) {
    throw new InvalidPattern(`"${path}": anything-but must have one of ${Object.keys(rules).join(', ')}, with a text or a list of texts`);
  }
  const excluded = wanted.map((text) => rule(textOf(text, kind, path)));
  return (value) => value !== undefined && !(typeof value === 'string' && excluded.some((matches) => matches(value)));
}

function textOf(value: Json | undefined, operator: string, path: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidPattern(`"${path}": ${operator} must be text`);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
