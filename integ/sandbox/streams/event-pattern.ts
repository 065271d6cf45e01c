import type { Json, JsonObject } from '../contracts';
import { InvalidPattern, isObject, type Operators, type Rules, rulesOf } from './pattern-rules';

export { InvalidPattern } from './pattern-rules';

/** Whether an event matches a pattern. */
export type EventPattern = (event: JsonObject) => boolean;

/** The fields that an event must have together, by their paths. A pattern with `$or` has several of these, one of which must match. */
type Fields = Map<string, Rules>;

/** Documented: "Amazon EventBridge event patterns best practices": more combinations are rejected. */
const MOST_COMBINATIONS = 1_000;

/**
 * Compiles the event pattern of a rule, the filter of a pipe or of an event source mapping, or the filter policy of a subscription.
 * Documented: "Comparison operators for use in event patterns in Amazon EventBridge", which lists the operators that pipes do not support,
 * "Event filtering in Amazon EventBridge Pipes" and "Amazon SNS subscription filter policies". Where the pages say nothing, it decides as
 * Event Ruler does, the library of EventBridge (ruler.test.ts).
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
  const combinations = read(pattern, '', [new Map()], operators).map((fields) => [...fields]);
  return (event) => combinations.some((fields) => matches(event, fields));
}

/** Adds the fields of a pattern to each combination. A field that is given twice, within `$or` and beside it, has the last rules only. */
function read(pattern: JsonObject, prefix: string, given: readonly Fields[], operators: Operators): readonly Fields[] {
  const names = Object.keys(pattern);
  if (names.length === 0) throw new InvalidPattern(`${prefix === '' ? 'the pattern' : prefix} is an empty object`);
  let combinations = given;
  for (const name of names) {
    const [value, path] = [pattern[name], `${prefix}${name}`];
    if (name === '$or') combinations = either(value, prefix, combinations, operators);
    else if (isObject(value)) combinations = read(value, `${path}.`, combinations, operators);
    else if (Array.isArray(value)) {
      const rules = rulesOf(value, path, operators);
      for (const fields of combinations) fields.set(path, rules);
    } else throw new InvalidPattern(`"${path}" must be an object or an array`);
  }
  return combinations;
}

/** `"$or": [{ … }, { … }]` */
function either(alternatives: Json, prefix: string, given: readonly Fields[], operators: Operators): readonly Fields[] {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw new InvalidPattern(`${prefix}$or must be a list of at least two objects`);
  }
  const combinations: Fields[] = [];
  for (const alternative of alternatives) {
    const copies = given.map((fields) => new Map(fields));
    combinations.push(...read(alternative, prefix, copies, operators));
    if (combinations.length > MOST_COMBINATIONS) throw new InvalidPattern(`${prefix}$or has more than ${MOST_COMBINATIONS} combinations`);
  }
  return combinations;
}

/** A field that is sought in a value: the rest of its path is empty in the value itself. */
type Sought = readonly [path: string, rules: Rules];

/** `exists: false` is about the whole event; all other fields must match together, in the same elements of arrays. */
function matches(event: JsonObject, fields: readonly Sought[]): boolean {
  return within(
    event,
    fields.filter(([path, { absent }]) => !absent || hasValue(event, path)),
  );
}

function within(value: Json, sought: readonly Sought[]): boolean {
  if (Array.isArray(value)) return sought.length === 0 || value.some((element) => within(element, sought));
  if (!isObject(value)) return sought.every(([path, { values }]) => path === '' && values.some((rule) => rule(value)));
  const inside = new Map<string, Sought[]>();
  const found = new Set<Rules>();
  let repeated = false;
  for (const name of Object.keys(value)) {
    const those: Sought[] = [];
    for (const [path, rules] of sought) {
      const rest = restOf(path, name);
      if (rest === undefined) continue;
      repeated ||= found.has(rules);
      found.add(rules);
      those.push([rest, rules]);
    }
    if (those.length > 0) inside.set(name, those);
  }
  if (found.size < sought.length) return false;
  if (!repeated) return [...inside].every(([name, those]) => within(value[name], those));
  // A name with dots leads to a field that another name leads to, too: one of them is enough.
  return [...found].every((rules) =>
    [...inside].some(([name, those]) => those.some((one) => one[1] === rules && within(value[name], [one]))),
  );
}

function hasValue(value: Json, path: string): boolean {
  if (Array.isArray(value)) return value.some((element) => hasValue(element, path));
  if (!isObject(value)) return path === '';
  return Object.keys(value).some((name) => {
    const rest = restOf(path, name);
    return rest !== undefined && hasValue(value[name], rest);
  });
}

/** The rest of a path within a field; undefined if the path does not lead there. */
function restOf(path: string, name: string): string | undefined {
  if (path === name) return '';
  return path.startsWith(name) && path[name.length] === '.' ? path.slice(name.length + 1) : undefined;
}
