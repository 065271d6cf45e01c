import { javaMatches, javaPattern, javaReplace } from './java-text';
import { doubleToString, Host, JavaArray, type JavaMap, javaEquals, javaString, type List, type Value } from './value';

type Method<T> = (self: T, ...args: Value[]) => Value;

const text = (value: Value): string => {
  if (typeof value !== 'string') throw new Error(`expected a string, not ${javaString(value)}`);
  return value;
};
const whole = (value: Value): number => {
  if (typeof value !== 'bigint') throw new Error(`expected an integer, not ${javaString(value)}`);
  return Number(value);
};
const within = (index: number, length: number): number => {
  if (index < 0 || index >= length) throw new Error(`index ${index} is out of range 0..${length - 1}`);
  return index;
};
const size = (count: number): Value => BigInt(count);

const common: Readonly<Record<string, Method<Value>>> = {
  toString: (self: Value) => javaString(self),
  equals: (self, other) => javaEquals(self, other),
};

/**
 * Java's trim: removes characters up to the space, and no other white space. A regular expression would take quadratic time for a run of
 * blanks.
 */
function trimmed(self: string): string {
  let [from, to] = [0, self.length];
  while (from < to && self.charCodeAt(from) <= 0x20) from += 1;
  while (to > from && self.charCodeAt(to - 1) <= 0x20) to -= 1;
  return self.slice(from, to);
}

const ofString: Readonly<Record<string, Method<string>>> = {
  length: (self) => size(self.length),
  isEmpty: (self) => self === '',
  equalsIgnoreCase: (self, other) => typeof other === 'string' && self.toLowerCase() === other.toLowerCase(),
  compareTo: (self, other) => (self === text(other) ? 0n : self < text(other) ? -1n : 1n),
  contains: (self, part) => self.includes(text(part)),
  startsWith: (self, part) => self.startsWith(text(part)),
  endsWith: (self, part) => self.endsWith(text(part)),
  indexOf: (self, part, from) => size(self.indexOf(text(part), from === undefined ? 0 : whole(from))),
  lastIndexOf: (self, part) => size(self.lastIndexOf(text(part))),
  charAt: (self, index) => self[within(whole(index), self.length)],
  substring: (self, from, to) => {
    const end = to === undefined ? self.length : whole(to);
    if (whole(from) < 0 || end > self.length || whole(from) > end) throw new Error(`substring(${whole(from)}, ${end}) is out of range`);
    return self.slice(whole(from), end);
  },
  trim: (self) => trimmed(self),
  toLowerCase: (self) => self.toLowerCase(),
  toUpperCase: (self) => self.toUpperCase(),
  concat: (self, other) => self + text(other),
  replace: (self, what, by) => self.replaceAll(text(what), () => text(by)),
  replaceAll: (self, pattern, by) => javaReplace(self, text(pattern), text(by), true),
  replaceFirst: (self, pattern, by) => javaReplace(self, text(pattern), text(by), false),
  matches: (self, pattern) => javaMatches(self, text(pattern)),
  split: (self, pattern) => {
    const expression = new RegExp(javaPattern(text(pattern)), 'u');
    if (self === '') return JavaArray.of('');
    const parts = self.split(expression);
    while (parts.length > 0 && parts.at(-1) === '') parts.pop();
    return JavaArray.from(parts);
  },
};

const ofNumber: Readonly<Record<string, Method<bigint | number>>> = {
  intValue: (self) => BigInt(Math.trunc(Number(self))),
  longValue: (self) => BigInt(Math.trunc(Number(self))),
  doubleValue: (self) => Number(self),
};

const ofList: Readonly<Record<string, Method<List>>> = {
  size: (self) => size(self.length),
  isEmpty: (self) => self.length === 0,
  get: (self, index) => self[within(whole(index), self.length)],
  set: (self, index, value) => {
    const before = self[within(whole(index), self.length)];
    self[whole(index)] = value;
    return before;
  },
  add: (self, value) => {
    self.push(value);
    return true;
  },
  addAll: (self, values) => {
    if (!Array.isArray(values)) throw new Error('addAll expects a list');
    self.push(...values);
    return values.length > 0;
  },
  contains: (self, value) => self.some((item) => javaEquals(item, value)),
  indexOf: (self, value) => size(self.findIndex((item) => javaEquals(item, value))),
  // An integer is an index and anything else an element, as in Java's overloads.
  remove: (self, what) => {
    if (typeof what === 'bigint') return self.splice(within(whole(what), self.length), 1)[0];
    const index = self.findIndex((item) => javaEquals(item, what));
    if (index >= 0) self.splice(index, 1);
    return index >= 0;
  },
  subList: (self, from, to) => {
    if (whole(from) < 0 || whole(to) > self.length || whole(from) > whole(to)) throw new Error('subList is out of range');
    return self.slice(whole(from), whole(to));
  },
};

const ofMap: Readonly<Record<string, Method<JavaMap>>> = {
  size: (self) => size(self.size),
  isEmpty: (self) => self.size === 0,
  get: (self, key) => self.get(javaString(key)),
  getOrDefault: (self, key, otherwise) => (self.has(javaString(key)) ? self.get(javaString(key)) : otherwise),
  containsKey: (self, key) => self.has(javaString(key)),
  containsValue: (self, value) => [...self.values()].some((item) => javaEquals(item, value)),
  keySet: (self) => [...self.keys()],
  values: (self) => [...self.values()],
  entrySet: (self) => [...self].map(([key, value]) => entry(key, value)),
  put: (self, key, value) => {
    const before = self.get(javaString(key));
    self.set(javaString(key), value);
    return before;
  },
  putAll: (self, other) => {
    if (!(other instanceof Map)) throw new Error('putAll expects a map');
    for (const [key, value] of other) self.set(key, value);
    return undefined;
  },
  remove: (self, key) => {
    const before = self.get(javaString(key));
    self.delete(javaString(key));
    return before;
  },
};

function entry(key: string, value: Value): Host {
  return new Host(
    { getKey: () => key, getValue: () => value, toString: () => `${key}=${javaString(value)}` },
    { key: () => key, value: () => value },
  );
}

/** The methods of values, without those of `$input` and `$util`. */
export const METHODS: ReadonlySet<string> = new Set([
  ...[common, ofString, ofNumber, ofList, ofMap].flatMap((methods) => Object.keys(methods)),
  'getKey',
  'getValue',
]);

/** Calls a method. An unknown method returns null, as any reference that Velocity can't resolve. Throws where Java would. */
export function callMethod(self: Value, name: string, args: readonly Value[]): Value {
  if (self === null || self === undefined) return undefined;
  if (self instanceof Host) return Object.hasOwn(self.methods, name) ? self.methods[name](...args) : undefined;
  if (Object.hasOwn(common, name)) return common[name](self, ...args);
  if (typeof self === 'string') return own(ofString, name)?.(self, ...args);
  if (typeof self === 'bigint' || typeof self === 'number') return own(ofNumber, name)?.(self, ...args);
  if (Array.isArray(self)) return own(ofList, name)?.(self, ...args);
  if (self instanceof Map) return own(ofMap, name)?.(self, ...args);
  return undefined;
}

function own<T>(methods: Readonly<Record<string, Method<T>>>, name: string): Method<T> | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

/** `$x.name`: the value of a map's key, a host's property, or `empty` of a string or list. */
export function readProperty(self: Value, name: string): Value {
  if (self instanceof Map) return self.get(name);
  if (self instanceof Host) return Object.hasOwn(self.properties, name) ? self.properties[name]() : undefined;
  if (name === 'empty' && (typeof self === 'string' || Array.isArray(self))) return self.length === 0;
  return undefined;
}

/** `$x[i]`: an element of a list (a negative index counts from the end) or the value of a map's key. */
export function readIndex(self: Value, index: Value): Value {
  if (Array.isArray(self) && typeof index === 'bigint') {
    const at = Number(index) < 0 ? self.length + Number(index) : Number(index);
    return self[within(at, self.length)];
  }
  return self instanceof Map ? self.get(typeof index === 'number' ? doubleToString(index) : javaString(index)) : undefined;
}
