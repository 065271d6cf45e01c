import { NAMES } from '../isolation/services';
import { globMatches } from '../isolation/statements';
import { ANOTHER_ACCOUNT, accountOf, type Caller } from './callers';
import type { ContextKey, SymbolicRequest } from './encode';
import type { PolicyStatement } from './policies';
import type { Place } from './reach';
import type { Answer } from './solver';
import { literal, not, pieces, type Term } from './terms';

/** The condition keys of a query: those that the service or IAM sets, and those that the caller may set to anything. */
export interface SymbolicContext {
  readonly context: SymbolicRequest['context'];
  /** Names and sorts of the constants that it uses. */
  readonly constants: readonly (readonly [string, string])[];
  /** Terms that limit its constants. */
  readonly assertions: readonly Term[];
  /** The condition keys of an answer that the caller has set. */
  read(values: Answer['values']): Record<string, string | string[]>;
}

/** What a query leaves open about a session and its request. */
export interface Open {
  /** The tag of a tenant's session, in lower case. @default - the caller is no tenant's session */
  readonly tag?: string;
  readonly told: Term;
  readonly values: readonly Term[];
  readonly named: Term;
  readonly attributes: readonly Term[];
}

/** Keys with a set of values. The caller may set any two, which is enough for the operators. */
const SETS = /^(aws:(calledvia|tagkeys|principalorgpaths|principalservicenameslist)|kms:encryptioncontextkeys|s3:requestobjecttagkeys)$/;

const MISSING: ContextKey = { present: 'false', value: '""' };
const fixed = (text: string): ContextKey => ({ present: 'true', value: literal(text) });

/**
 * The values of every condition key that statements use.
 *
 * A key that only the request decides about may have any value or none, since whoever sends a request may choose it. That holds for keys that
 * services set as well: a counterexample then says which value it needs.
 */
export function contextFor(
  caller: Caller,
  place: Place,
  statements: readonly PolicyStatement[],
  open: Open,
  account: string,
): SymbolicContext {
  const constants: [string, string][] = [];
  const assertions: Term[] = [];
  const set: { key: string; present: string; values: string[]; isSet: boolean }[] = [];

  const free = (key: string): ContextKey => {
    const isSet = SETS.test(key);
    const [present, ...values] = ['h', 'x', ...(isSet ? ['y'] : [])].map((letter) => `${letter}${set.length}`);
    constants.push([present, 'Bool'], ...values.map((name): [string, string] => [name, 'String']));
    set.push({ key, present, values, isSet });
    return isSet ? { present, members: values } : { present, value: values[0] };
  };
  /** Everybody is of any account except this one, or of none. */
  const another = (key: ContextKey): ContextKey => {
    assertions.push(not(`(= ${key.value} ${literal(account)})`));
    return key;
  };
  const keyFor = (key: string): ContextKey => {
    const tagKey = /^aws:principaltag\/(.*)$/.exec(key)?.[1];
    if (tagKey !== undefined) return tagged(tagKey, caller, open, () => free(key));
    switch (key) {
      case 'dynamodb:leadingkeys':
        return place.reach === 'items' ? { present: open.told, members: open.values } : { present: 'false', members: [] };
      case NAMES.toLowerCase():
        return place.reach === 'items' ? { present: open.named, members: open.attributes } : { present: 'false', members: [] };
      case 's3:prefix':
        return place.reach === 'names' ? { present: open.told, value: open.values[0] } : MISSING;
      case 'kms:viaservice':
        return place.reach === 'key' ? { present: open.told, value: open.values[0] } : MISSING;
      case 'aws:principalaccount':
      case 'kms:calleraccount':
        if (caller.arn === undefined) return another(free(key));
        return caller.kind === 'service' ? MISSING : fixed(accountOfCaller(caller, account));
      case 'aws:resourceaccount':
      case 's3:resourceaccount':
        return fixed(account);
      case 'aws:principalarn':
        return caller.arn === undefined || caller.kind === 'service' ? free(key) : fixed(caller.arn);
      case 'aws:sourceaccount':
      case 'aws:sourcearn':
      case 'aws:sourceorgid':
        // Documented: "AWS global condition context keys": only services set them. Everybody may make one of them act.
        return caller.kind === 'service' || caller.arn === undefined ? free(key) : MISSING;
      case 'aws:principalisawsservice':
        return fixed(String(caller.kind === 'service'));
      default:
        return free(key);
    }
  };
  const context = Object.fromEntries([...keysOf(statements)].map((key) => [key, keyFor(key)]));
  return {
    ...{ context, constants, assertions },
    read: (answer) =>
      Object.fromEntries(
        set
          .filter(({ present }) => answer[present] === true)
          .map(({ key, values, isSet }) => {
            const own = [...new Set(values.map((name) => String(answer[name])))];
            return [key, isSet ? own : own[0]];
          }),
      ),
  };
}

/** The tags of a session: of its opener's choice, or those of the role. A tag that is not in the template may come from its stack. */
function tagged(key: string, caller: Caller, { tag }: Open, free: () => ContextKey): ContextKey {
  if (tag !== undefined) return key === tag ? { present: 'tagged', value: 'tag' } : MISSING;
  if ((caller.kind !== 'role' && caller.kind !== 'user') || maySetTags(caller)) return free();
  const own = Object.entries(caller.tags).find(([name]) => name.toLowerCase() === key);
  return own === undefined ? free() : fixed(own[1]);
}

/** Whether any text of the trust could be the action that sets tags. */
function maySetTags({ trust }: Caller): boolean {
  const text = JSON.stringify(trust.map(({ document }) => document));
  return text.includes('"NotAction"') || [...text.matchAll(/"([^"]*)"/g)].some(([, action]) => globMatches(action, 'sts:TagSession', 'i'));
}

export function accountOfCaller({ arn }: Caller, account: string): string {
  return arn === undefined ? ANOTHER_ACCOUNT : accountOf(arn, account);
}

/** The names of the condition keys in conditions and variables, in lower case. */
function keysOf(statements: readonly PolicyStatement[]): Set<string> {
  const keys = new Set<string>();
  for (const { where, resources, conditions, withoutVariables } of statements) {
    for (const { key } of conditions) keys.add(key.toLowerCase());
    for (const text of withoutVariables ? [] : [...resources, ...conditions.flatMap(({ values }) => values)])
      for (const piece of pieces(where, text, true))
        if (typeof piece === 'object' && 'variable' in piece) keys.add(piece.variable.toLowerCase());
  }
  return keys;
}
