import { BlockList, isIP } from 'node:net';
import type { Properties } from '../../assembly/properties';
import { headerValues } from '../../protocol/http';
import type { Inspected, Matcher } from './definition';
import { fieldOf } from './fields';
import { overLimit } from './rate';

/** A statement that only AWS can evaluate; the coverage lists each. */
export class OnlyOnAws extends Error {}

/** What statements of a web ACL depend on. */
export interface StatementContext {
  /** The addresses of an IP set. */
  addresses(arn: string): readonly string[] | undefined;
  readonly inspectedBody: number;
}

const NEEDS_AWS = [
  'AsnMatchStatement',
  'GeoMatchStatement',
  'LabelMatchStatement',
  'ManagedRuleGroupStatement',
  'RegexMatchStatement',
  'RegexPatternSetReferenceStatement',
  'RuleGroupReferenceStatement',
  'SqliMatchStatement',
  'XssMatchStatement',
];

/** Documented: "EvaluationWindowSec"; the default is five minutes. */
const WINDOWS = [60, 120, 300, 600];
const MINIMUM_LIMIT = 10;

/** Reads a statement. Throws `OnlyOnAws`, or an error that names what is not supported. */
export function matcherOf(statement: Properties, context: StatementContext): Matcher {
  for (const name of NEEDS_AWS) if (statement.has(name)) throw new OnlyOnAws(`a ${name}`);
  const within = (owner: Properties, name: string): Matcher => {
    const nested = owner.object(name);
    if (!nested) throw owner.invalid(name, 'is missing');
    return matcherOf(nested, context);
  };
  const and = statement.object('AndStatement');
  if (and) {
    const all = and.list('Statements').map((one) => matcherOf(one, context));
    return (request) => all.every((matches) => matches(request));
  }
  const or = statement.object('OrStatement');
  if (or) {
    const any = or.list('Statements').map((one) => matcherOf(one, context));
    return (request) => any.some((matches) => matches(request));
  }
  const not = statement.object('NotStatement');
  if (not) {
    const matches = within(not, 'Statement');
    return (request) => !matches(request);
  }
  const rate = statement.object('RateBasedStatement');
  if (rate) return rateBased(rate, rate.has('ScopeDownStatement') ? within(rate, 'ScopeDownStatement') : () => true);
  const set = statement.object('IPSetReferenceStatement');
  if (set) return inSet(set, context);
  const bytes = statement.object('ByteMatchStatement');
  if (bytes) return byteMatch(bytes, context);
  const size = statement.object('SizeConstraintStatement');
  if (size) return sizeConstraint(size, context);
  throw statement.invalid('*Statement', 'is missing');
}

function rateBased(rate: Properties, scope: Matcher): Matcher {
  const limit = rate.number('Limit') ?? 0;
  if (limit < MINIMUM_LIMIT) throw rate.invalid('Limit', `${limit} is less than ${MINIMUM_LIMIT}`);
  const window = rate.number('EvaluationWindowSec') ?? 300;
  if (!WINDOWS.includes(window)) throw rate.invalid('EvaluationWindowSec', `${window} is not one of ${WINDOWS.join(', ')}`);
  const over = overLimit(limit, window, keyOf(rate));
  return (request) => scope(request) && over(request);
}

function keyOf(rate: Properties): (request: Inspected) => string | undefined {
  const type = rate.text('AggregateKeyType') ?? 'IP';
  if (type === 'IP') return ({ sourceIp }) => sourceIp;
  if (type === 'CONSTANT') return () => '';
  if (type !== 'FORWARDED_IP') throw rate.invalid('AggregateKeyType', `${type} is not supported`);
  const forwarded = rate.object('ForwardedIPConfig');
  if (!forwarded) throw rate.invalid('ForwardedIPConfig', 'is missing');
  const addresses = forwardedAddresses(forwarded);
  // Documented: the first of several addresses is used. Requests with an invalid address are counted together, or not at all.
  const fallback = forwarded.required('FallbackBehavior') === 'MATCH' ? 'invalid' : undefined;
  return (request) => {
    const found = addresses(request);
    return found === undefined ? undefined : isIP(found[0]) === 0 ? fallback : found[0];
  };
}

/** The addresses in a header; undefined if the request does not have it: the rule does not apply then. */
function forwardedAddresses(forwarded: Properties): (request: Inspected) => string[] | undefined {
  const name = forwarded.required('HeaderName');
  return ({ headers }) => {
    const values = headerValues(headers, name);
    return values.length === 0 ? undefined : values.flatMap((value) => value.split(',')).map((address) => address.trim());
  };
}

function inSet(set: Properties, { addresses }: StatementContext): Matcher {
  const arn = set.required('Arn');
  const listed = addresses(arn);
  if (!listed) throw set.invalid('Arn', `${arn} is not an IP set of the assembly`);
  const blocks = new BlockList();
  for (const cidr of listed) {
    const [address, prefix] = cidr.split('/');
    set.attempt('Arn', () => blocks.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4'));
  }
  const has = (address: string): boolean => blocks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const forwarded = set.object('IPSetForwardedIPConfig');
  if (!forwarded) return ({ sourceIp }) => has(sourceIp);
  const found = forwardedAddresses(forwarded);
  const fallback = forwarded.required('FallbackBehavior') === 'MATCH';
  const position = forwarded.required('Position');
  return (request) => {
    const all = found(request);
    if (!all) return false;
    const looked = position === 'ANY' ? all : [position === 'LAST' ? all[all.length - 1] : all[0]];
    return looked.some((address) => (isIP(address) === 0 ? fallback : has(address)));
  };
}

const POSITIONS: Readonly<Record<string, (text: string, search: string) => boolean>> = {
  EXACTLY: (text, search) => text === search,
  STARTS_WITH: (text, search) => text.startsWith(search),
  ENDS_WITH: (text, search) => text.endsWith(search),
  CONTAINS: (text, search) => text.includes(search),
  CONTAINS_WORD: (text, search) => {
    for (let at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + 1)) {
      if (!WORD.test(text.charAt(at - 1)) && !WORD.test(text.charAt(at + search.length))) return true;
    }
    return false;
  },
};
const WORD = /^\w$/;

function byteMatch(match: Properties, { inspectedBody }: StatementContext): Matcher {
  const { texts, oversize } = fieldOf(match, inspectedBody);
  const encoded = match.text('SearchStringBase64');
  const search = encoded === undefined ? match.required('SearchString') : Buffer.from(encoded, 'base64').toString('latin1');
  const constraint = match.required('PositionalConstraint');
  if (!Object.hasOwn(POSITIONS, constraint)) throw match.invalid('PositionalConstraint', `${constraint} is not supported`);
  return oversized(oversize, inspectedBody, (request) => texts(request).some((text) => POSITIONS[constraint](text, search)));
}

const COMPARISONS: Readonly<Record<string, (size: number, limit: number) => boolean>> = {
  EQ: (size, limit) => size === limit,
  NE: (size, limit) => size !== limit,
  LE: (size, limit) => size <= limit,
  LT: (size, limit) => size < limit,
  GE: (size, limit) => size >= limit,
  GT: (size, limit) => size > limit,
};

function sizeConstraint(constraint: Properties, { inspectedBody }: StatementContext): Matcher {
  const { texts, oversize } = fieldOf(constraint, inspectedBody);
  const operator = constraint.required('ComparisonOperator');
  if (!Object.hasOwn(COMPARISONS, operator)) throw constraint.invalid('ComparisonOperator', `${operator} is not supported`);
  const size = Number(constraint.required('Size'));
  return oversized(oversize, inspectedBody, (request) =>
    texts(request).some((text) => COMPARISONS[operator](Buffer.byteLength(text), size)),
  );
}

function oversized(handling: 'CONTINUE' | 'MATCH' | 'NO_MATCH' | undefined, inspectedBody: number, matches: Matcher): Matcher {
  if (handling === undefined || handling === 'CONTINUE') return matches;
  return (request) => (Buffer.byteLength(request.body) > inspectedBody ? handling === 'MATCH' : matches(request));
}
