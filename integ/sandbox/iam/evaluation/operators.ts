import { BlockList, isIP } from 'node:net';
import { arnPatternOf, type Lookup, patternOf } from './pattern';

/** Whether a value of a request matches one value of a policy. */
export type Comparison = (value: string, lookup: Lookup) => boolean;

export interface Operator {
  /** Whether it holds if no value of the policy matches. */
  readonly negated: boolean;
  /** @param variables whether the version of the policy has variables */
  compare(policyValue: string, variables: boolean): Comparison;
  /** What a value of a policy must be. Unset for any text. */
  readonly accepts?: { readonly what: string; readonly test: (policyValue: string) => boolean };
}

type Order = (value: number, limit: number) => boolean;

const literal: Operator['compare'] = (text, variables) => patternOf(text, { wildcards: false, variables }).matches;
const ignoringCase: Operator['compare'] = (text, variables) => {
  const { matches } = patternOf(text.toLowerCase(), { wildcards: false, variables });
  return (value, lookup) => matches(value.toLowerCase(), (key) => lowerCase(lookup(key)));
};
const like: Operator['compare'] = (text, variables) => patternOf(text, { wildcards: true, variables }).matches;
/** ArnEquals behaves like ArnLike. */
const arn: Operator['compare'] = (text, variables) => arnPatternOf(text, { wildcards: true, variables }).matches;
/** The documentation of the operator allows variables; the page about variables does not. */
const bool: Operator['compare'] = (text, variables) => {
  const equals = ignoringCase(text, variables);
  return (value, lookup) => isBoolean(value) && equals(value, lookup);
};
const binary: Operator['compare'] = (text) => {
  const bytes = Buffer.from(text, 'base64');
  return (value) => bytes.equals(Buffer.from(value, 'base64'));
};
const numeric =
  (holds: Order): Operator['compare'] =>
  (text) => {
    const limit = numberOf(text);
    return (value) => holds(numberOf(value), limit);
  };
const date =
  (holds: Order): Operator['compare'] =>
  (text) => {
    const limit = dateOf(text);
    return (value) => holds(dateOf(value), limit);
  };
const address: Operator['compare'] = (text) => {
  const range = rangeOf(text);
  return (value) => range !== undefined && isIP(value) !== 0 && range.check(value, isIP(value) === 4 ? 'ipv4' : 'ipv6');
};

const equal: Order = (value, limit) => value === limit;
const less: Order = (value, limit) => value < limit;
const lessOrEqual: Order = (value, limit) => value <= limit;
const greater: Order = (value, limit) => value > limit;
const greaterOrEqual: Order = (value, limit) => value >= limit;

const NUMBER = { what: 'a number', test: (text: string) => !Number.isNaN(numberOf(text)) };
const DATE = { what: 'a date in ISO 8601, or the seconds since 1970', test: (text: string) => !Number.isNaN(dateOf(text)) };
const BOOLEAN = { what: 'true or false', test: (text: string) => isBoolean(text) || text.includes('${') };
const ADDRESS = { what: 'an IP address or a range of them', test: (text: string) => rangeOf(text) !== undefined };

const positive = (compare: Operator['compare'], accepts?: Operator['accepts']): Operator => ({ negated: false, compare, accepts });
const negative = (compare: Operator['compare'], accepts?: Operator['accepts']): Operator => ({ negated: true, compare, accepts });

/** By name in lower case. Documented: "IAM JSON policy elements: Condition operators" (IAM User Guide). `Null` is not among them. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    StringEquals: positive(literal),
    StringNotEquals: negative(literal),
    StringEqualsIgnoreCase: positive(ignoringCase),
    StringNotEqualsIgnoreCase: negative(ignoringCase),
    StringLike: positive(like),
    StringNotLike: negative(like),
    NumericEquals: positive(numeric(equal), NUMBER),
    NumericNotEquals: negative(numeric(equal), NUMBER),
    NumericLessThan: positive(numeric(less), NUMBER),
    NumericLessThanEquals: positive(numeric(lessOrEqual), NUMBER),
    NumericGreaterThan: positive(numeric(greater), NUMBER),
    NumericGreaterThanEquals: positive(numeric(greaterOrEqual), NUMBER),
    DateEquals: positive(date(equal), DATE),
    DateNotEquals: negative(date(equal), DATE),
    DateLessThan: positive(date(less), DATE),
    DateLessThanEquals: positive(date(lessOrEqual), DATE),
    DateGreaterThan: positive(date(greater), DATE),
    DateGreaterThanEquals: positive(date(greaterOrEqual), DATE),
    Bool: positive(bool, BOOLEAN),
    BinaryEquals: positive(binary),
    IpAddress: positive(address, ADDRESS),
    NotIpAddress: negative(address, ADDRESS),
    ArnEquals: positive(arn),
    ArnNotEquals: negative(arn),
    ArnLike: positive(arn),
    ArnNotLike: negative(arn),
  }).map(([name, operator]) => [name.toLowerCase(), operator]),
);

function lowerCase(value: ReturnType<Lookup>): ReturnType<Lookup> {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function isBoolean(text: string): boolean {
  return ['true', 'false'].includes(text.toLowerCase());
}

function numberOf(text: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** https://www.w3.org/TR/NOTE-datetime, which needs a zone with a time. */
const ISO_8601 = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

/** In milliseconds; NaN for another text. Four digits are a year. */
function dateOf(text: string): number {
  if (ISO_8601.test(text)) return Date.parse(text);
  return /^\d{5,13}(\.\d+)?$/.test(text) ? Number(text) * 1000 : Number.NaN;
}

/** An address without a prefix is a range of one: "IAM uses the default prefix value of /32". */
function rangeOf(text: string): BlockList | undefined {
  const [base, prefix, ...more] = text.split('/');
  const version = isIP(base);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : bits + 1;
  if (version === 0 || length > bits || more.length > 0) return undefined;
  const range = new BlockList();
  range.addSubnet(base, length, version === 4 ? 'ipv4' : 'ipv6');
  return range;
}
