import { BlockList, isIP } from 'node:net';
import type { Json, JsonObject } from '../contracts';
import { wildcard } from './wildcard';

/** Whether a value of a field matches. The rule `exists: false` is for fields without a value, and matches none. */
export type Rule = (value: Json) => boolean;

/** An event pattern that AWS would reject, or with an operator that the service does not have. */
export class InvalidPattern extends Error {}

/** The operators that a service has: all of event buses and topics, or those of pipes and event source mappings. */
export type Operators = 'all' | 'of pipes';

/** The rules of a field, one of which must match. */
export interface Rules {
  readonly values: readonly Rule[];
  /** Whether they match a field without a value, too. */
  readonly absent: boolean;
}

/** @throws InvalidPattern */
export function rulesOf(list: readonly Json[], path: string, operators: Operators): Rules {
  if (list.length === 0) throw new InvalidPattern(`"${path}" has an empty array: no event matches it`);
  const values = list.map((rule) => ruleOf(rule, path, operators));
  return { values, absent: list.some((rule) => isObject(rule) && rule.exists === false) };
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
      return () => operand;
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

/** `{ "numeric": [">", 0, "<=", 5] }`: a single limit, or a lower and an upper one. */
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
    return compare === undefined || typeof limit !== 'number' ? invalid() : { sign: String(sign), limit, compare };
  });
  const [low, high] = limits;
  if (high !== undefined && !(low.sign.startsWith('>') && high.sign.startsWith('<') && low.limit < high.limit)) {
    throw new InvalidPattern(`"${path}": numeric must have a lower limit before a higher one`);
  }
  return (value) => typeof value === 'number' && limits.every(({ limit, compare }) => compare(value, limit));
}

/** `{ "anything-but": ["a", "b"] }`, or of a rule: `{ "anything-but": { "prefix": ["a", "b"] } }` */
function anythingBut(operand: Json, path: string, operators: Operators): Rule {
  if (isObject(operand)) return anythingButOf(operand, path, operators);
  const excluded = Array.isArray(operand) ? operand : [operand];
  const [type] = excluded.map((value) => typeof value);
  if ((type !== 'string' && type !== 'number') || !excluded.every((value) => typeof value === type)) {
    throw new InvalidPattern(`"${path}": anything-but must be texts or numbers`);
  }
  const set = new Set<Json>(excluded);
  return (value) => !set.has(value);
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
  return (value) => !(typeof value === 'string' && excluded.some((matches) => matches(value)));
}

function textOf(value: Json | undefined, operator: string, path: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidPattern(`"${path}": ${operator} must be text`);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
