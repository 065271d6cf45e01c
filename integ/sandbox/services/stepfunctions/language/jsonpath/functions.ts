import { createHash, randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../../../contracts';
import type { Scope } from '../../model';
import { TaskFailure } from '../../run/failure';

/** An intrinsic function. @throws TaskFailure for arguments that it does not take */
type Intrinsic = (given: Json[], scope: Pick<Scope, 'random'>) => Json;

/** Documented: "Intrinsic functions for JSONPath states in Step Functions". */
export const functions: Readonly<Record<string, Intrinsic>> = {
  'States.Format': ([template, ...values]) => format(text(template, 'States.Format'), values),
  'States.StringToJson': ([given]) => parse(text(given, 'States.StringToJson')),
  'States.JsonToString': ([given]) => JSON.stringify(given),
  'States.Array': (given) => given,
  'States.ArrayPartition': ([items, size]) => partition(array(items, 'States.ArrayPartition'), whole(size, 'States.ArrayPartition', 1)),
  'States.ArrayContains': ([items, item]) => array(items, 'States.ArrayContains').some((one) => isSame(one, item)),
  'States.ArrayRange': ([first, last, step]) => range(first, last, step),
  'States.ArrayGetItem': ([items, index]) => {
    const at = whole(index, 'States.ArrayGetItem');
    const found = array(items, 'States.ArrayGetItem')[at];
    if (found === undefined) throw failed('States.ArrayGetItem', `there is no item ${at}`);
    return found;
  },
  'States.ArrayLength': ([items]) => array(items, 'States.ArrayLength').length,
  'States.ArrayUnique': ([items]) =>
    array(items, 'States.ArrayUnique').filter((item, index, all) => all.findIndex((one) => isSame(one, item)) === index),
  'States.Base64Encode': ([given]) => Buffer.from(limited(given, 'States.Base64Encode')).toString('base64'),
  'States.Base64Decode': ([given]) => Buffer.from(limited(given, 'States.Base64Decode'), 'base64').toString(),
  'States.Hash': ([given, algorithm]) => hash(given, algorithm, 'States.Hash'),
  'States.JsonMerge': ([left, right, deep]) => merge(left, right, deep),
  'States.MathRandom': ([from, to, _seed], { random }) => {
    const first = whole(from, 'States.MathRandom');
    const end = whole(to, 'States.MathRandom');
    if (first >= end) throw failed('States.MathRandom', 'the start must be less than the end');
    return first + Math.floor(random() * (end - first));
  },
  'States.MathAdd': ([left, right]) => whole(left, 'States.MathAdd') + whole(right, 'States.MathAdd'),
  'States.StringSplit': ([given, separators]) => split(text(given, 'States.StringSplit'), text(separators, 'States.StringSplit')),
  'States.UUID': () => randomUUID(),
};

function failed(name: string, reason: string): TaskFailure {
  return new TaskFailure('States.IntrinsicFailure', `${name} failed: ${reason}`);
}

function text(given: Json | undefined, name: string): string {
  if (typeof given === 'string') return given;
  throw failed(name, `it needs a string, not ${JSON.stringify(given)}`);
}

function limited(given: Json | undefined, name: string): string {
  const value = text(given, name);
  if (value.length <= 10_000) return value;
  throw failed(name, 'the string has more than 10000 characters');
}

function array(given: Json | undefined, name: string): Json[] {
  if (Array.isArray(given)) return given;
  throw failed(name, `it needs an array, not ${JSON.stringify(given)}`);
}

/** Numbers are rounded to integers. */
function whole(given: Json | undefined, name: string, least = Number.MIN_SAFE_INTEGER): number {
  const value = typeof given === 'number' ? Math.round(given) : Number.NaN;
  if (value >= least) return value;
  throw failed(name, `it needs an integer${least > 0 ? ` of at least ${least}` : ''}, not ${JSON.stringify(given)}`);
}

/** The documented algorithms, by their names. */
const ALGORITHMS = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

export function hash(given: Json | undefined, algorithm: Json | undefined, name: string): string {
  const known = ALGORITHMS.get(String(algorithm));
  if (known === undefined) throw failed(name, `it has the algorithms ${[...ALGORITHMS.keys()].join(', ')}, not ${algorithm}`);
  if (given === undefined || given === null) throw failed(name, 'it needs data');
  const data = typeof given === 'string' ? given : JSON.stringify(given);
  if (data.length > 10_000) throw failed(name, 'the data has more than 10000 characters');
  return createHash(known).update(data).digest('hex');
}

export function partition(items: readonly Json[], size: number): Json[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function range(first: Json, last: Json, by: Json): Json[] {
  const [from, to, step] = [first, last, by].map((one) => whole(one, 'States.ArrayRange'));
  if (step === 0) throw failed('States.ArrayRange', 'the step must not be 0');
  const length = Math.max(0, Math.floor((to - from) / step) + 1);
  if (length > 1000) throw failed('States.ArrayRange', 'it would have more than 1000 items');
  return Array.from({ length }, (_, index) => from + index * step);
}

function merge(left: Json, right: Json, deep: Json): Json {
  if (deep !== false) throw failed('States.JsonMerge', 'only the shallow mode is supported: its third argument must be false');
  if (!isObject(left) || !isObject(right)) throw failed('States.JsonMerge', 'it needs two objects');
  return { ...left, ...right };
}

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Recorded: an empty text is null. */
function parse(given: string): Json {
  if (given.trim() === '') return null;
  try {
    return JSON.parse(given) as Json;
  } catch {
    throw failed('States.StringToJson', 'the string is not JSON');
  }
}

/** Recorded: empty parts are left out. */
function split(given: string, separators: string): string[] {
  if (separators === '') return [given];
  const parts: string[] = [''];
  for (const character of given) {
    if (separators.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== '');
}

/** `{}` stands for the next value, and `\{` for a brace. */
function format(template: string, values: readonly Json[]): string {
  let formatted = '';
  let next = 0;
  for (let at = 0; at < template.length; at += 1) {
    if (template[at] === '\\') {
      at += 1;
      formatted += template[at] ?? '';
    } else if (template[at] === '{' && template[at + 1] === '}') {
      if (next >= values.length) throw failed('States.Format', 'it has more {} than values');
      formatted += printed(values[next]);
      next += 1;
      at += 1;
    } else formatted += template[at];
  }
  if (next < values.length) throw failed('States.Format', 'it has more values than {}');
  return formatted;
}

/** Recorded: objects are printed as `{a=1, b=[]}`. */
function printed(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => printed(item)).join(', ')}]`;
  if (isObject(value)) {
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}=${printed(item)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function isSame(left: Json | undefined, right: Json | undefined): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  if (left !== undefined && right !== undefined && isObject(left) && isObject(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]))
    );
  }
  return left === right;
}
