import { JSONPath } from 'jsonpath-plus';
import type { Json } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import type { Scope } from '../../model';
import { RUNTIME, TaskFailure } from '../../run/failure';

/**
 * Documented: "Input and output processing in Step Functions": `$.a.b[0]` in the data, `$$.Execution.Id` in the context object, `$order.id` in
 * the variable `order`.
 */
export interface Path {
  readonly text: string;
  readonly root: 'data' | 'context' | { readonly variable: string };
  readonly steps: readonly (string | number)[];
  /** The rest of a path with wildcards, slices, filters or descendants, whose result is a list: `$[*].name`. */
  readonly indefinite?: string;
}

const STEP = /\.([\p{L}_][\p{L}\p{N}_-]*)|\['((?:[^'\\]|\\.){1,256})'\]|\["((?:[^"\\]|\\.){1,256})"\]|\[(\d{1,9})\]/uy;
const VARIABLE = /^\$([\p{L}_][\p{L}\p{N}_]{0,79})/u;

/** @throws NotSupported for what is no path */
export function readPath(given: unknown, where: string): Path {
  const text = String(given);
  const [named, variable] = VARIABLE.exec(text) ?? [];
  const start = named ?? (text.startsWith('$$') ? '$$' : '$');
  const root = variable === undefined ? (start === '$$' ? 'context' : 'data') : { variable };
  const steps: (string | number)[] = [];
  let at = start.length;
  while (text.startsWith('$') && at < text.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null) break;
    const [, name, quoted, doubled, index] = found;
    steps.push(index === undefined ? (name ?? unescaped(quoted ?? doubled)) : Number(index));
    at = STEP.lastIndex;
  }
  if (!text.startsWith('$')) {
    throw new NotSupported(`${where} ${text} is not supported: use a path such as $.order.items[0] or $$.Execution.Id`);
  }
  if (at === text.length) return { text, root, steps };
  const rest = text.slice(at);
  if (!/^(\.\.|\.\*|\[)/.test(rest) || !isBalanced(rest)) {
    throw new NotSupported(`${where} ${text} is not supported: use a path such as $.order.items[0] or $.items[*].id`);
  }
  return { text, root, steps, indefinite: `$${rest}` };
}

/** A reference path, which names one node: of `ResultPath`. */
export function readReferencePath(given: unknown, where: string): Path {
  const path = readPath(given, where);
  if (path.indefinite === undefined && path.root === 'data') return path;
  throw new NotSupported(`${where} ${path.text} is not supported: it must be a path to one node of the data, such as $.order.items[0]`);
}

const unescaped = (name: string) => name.replaceAll("\\'", "'");

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
  }
  return depth === 0;
}

/** The value at a path; undefined if there is none. */
export function valueAt(
  { steps, root, indefinite }: Path,
  { data, context, variable }: Pick<Scope, 'data' | 'context' | 'variable'>,
): Json | undefined {
  const start = root === 'data' ? data : root === 'context' ? context : variable(root.variable);
  const found = steps.reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
    return typeof value === 'object' && value !== null && Object.hasOwn(value, String(step)) ? value[String(step)] : undefined;
  }, start);
  if (indefinite === undefined) return found;
  // Recorded: the list is empty if there is nothing at the start of the path.
  return typeof found === 'object' && found !== null ? (JSONPath({ path: indefinite, json: found, wrap: true, eval: 'safe' }) as Json) : [];
}

/** @throws TaskFailure if there is no value */
export function presentAt(path: Path, scope: Pick<Scope, 'data' | 'context' | 'variable'>): Json {
  const value = valueAt(path, scope);
  if (value === undefined) throw missing(path.text);
  return value;
}

export function missing(path: string): TaskFailure {
  return new TaskFailure(RUNTIME, `The path ${path} is not in the data of the state`);
}

/** The data with a value at a path, for `ResultPath`. Objects on the way are created. */
export function withValue({ steps, text }: Path, data: Json, value: Json): Json {
  return put(steps, text, data, value);
}

function put(steps: readonly (string | number)[], text: string, data: Json, value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (Array.isArray(data) && typeof step === 'number' && step < data.length) {
    return data.map((item, index) => (index === step ? put(rest, text, item, value) : item));
  }
  if (typeof step === 'number' || Array.isArray(data) || typeof data !== 'object' || data === null) {
    throw new TaskFailure('States.ResultPathMatchFailure', `The ResultPath ${text} can't be applied to the input of the state`);
  }
  return { ...data, [step]: put(rest, text, data[step] ?? {}, value) };
}
