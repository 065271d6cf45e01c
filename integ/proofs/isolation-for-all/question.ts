import { namedIn, requestOf } from '../isolation/cases';
import type { Request, Tags } from '../isolation/evaluate';
import type { Platform } from '../isolation/platform';
import { type Condition, namesAction } from '../isolation/statements';
import { type Caller, namingOf } from './callers';
import { isReadable, reachesOf, script } from './claims';
import { accountOfCaller, contextFor, type Open } from './contexts';
import { applies, membersNeeded, type SymbolicRequest } from './encode';
import { type Expected, expectedFor, isUnlimited, type Origin } from './expected';
import type { PolicyStatement } from './policies';
import type { Place } from './reach';
import type { Answer } from './solver';
import { isId, ofTenant, separatorFree } from './tenant-ids';
import { and, literal, not, or, type Term } from './terms';
import type { Variables } from './variables';
import { witnesses } from './witness';

/** The statements that decide about a caller. */
export interface Deciding {
  /** Undefined if its policies are not in the assembly: they allow everything. */
  readonly identity?: readonly PolicyStatement[];
  readonly boundary: readonly PolicyStatement[];
  /** Whether it has a boundary, as a term. */
  readonly bounded: Term;
  /** Those of the resource. */
  readonly resource: readonly PolicyStatement[];
}

/** A query whether a caller reaches something that it is not meant to reach. */
export interface ReachQuestion {
  /** @param ids the pattern of tenant ids: only with ids and readable values */
  script(ids?: string): string;
  read(values: Answer['values']): { readonly tags: Tags; readonly request: Request; readonly other?: string };
}

export interface Asked {
  readonly caller: Caller;
  readonly place: Place;
  readonly deciding: Deciding;
  readonly platform: Platform;
  readonly expected: Expected;
  readonly variables: Variables;
  readonly account: string;
  /** The session tag of a tenant's role. @default - the caller is no tenant's role */
  readonly tag?: string;
}

/** Undefined if no statement allows it, or if it is declared. */
export function questionAbout(asked: Asked): ReachQuestion | undefined {
  const { caller, place, deciding, platform, expected, variables, account, tag } = asked;
  // Others than tenants reach the table itself.
  if (place.gives !== undefined && tag === undefined) return undefined;
  const speaking = <T extends PolicyStatement>(statements: readonly T[]) => statements.filter((one) => namesAction(one, place.action));
  const ofResource = speaking(deciding.resource).filter((one) => namingOf(one, caller, account) !== undefined);
  const identity = deciding.identity && speaking(deciding.identity);
  const isAllow = ({ effect }: PolicyStatement) => effect === 'Allow';
  if (!ofResource.some(isAllow) && !identity?.some(isAllow)) return undefined;
  const rows = expectedFor(expected, caller.name, place.action, place.path);
  if (rows.some(isUnlimited)) return undefined;

  const statements = [...(identity ?? []), ...speaking(deciding.boundary), ...ofResource];
  const values = place.reach === 'items' ? Array.from({ length: membersNeeded(statements) }, (_, number) => `key${number + 1}`) : ['value'];
  const attributes = place.reach === 'items' ? values.map((_, number) => `attribute${number + 1}`) : [];
  const told = place.fills === 'never' ? 'false' : place.reach === 'objects' ? 'true' : 'told';
  const open: Open = { ...{ told, values, attributes }, named: place.reach === 'items' ? 'named' : 'false', tag: tag?.toLowerCase() };
  const { context, constants, assertions: limits, read } = contextFor(caller, place, statements, open, account);
  // A comparison that is not encoded has one result in a request, however many statements make it.
  const opaque = new Map<string, { readonly name: Term; readonly condition: Condition }>();
  const request: SymbolicRequest = {
    action: place.action,
    resource: place.isObject
      ? { known: `${place.resource}/`, open: 'value' }
      : { known: place.resource, ...(place.isOpen ? { open: 'value' } : {}) },
    context,
    free(_, condition) {
      const { given: _given, ...comparison } = condition;
      const text = JSON.stringify(comparison);
      const known = opaque.get(text) ?? { name: `o${opaque.size}`, condition };
      opaque.set(text, known);
      return known.name;
    },
  };
  const allowed = and(
    variables.term(caller.given),
    allowedTerm({ ...asked, deciding: { ...deciding, identity, resource: ofResource } }, request),
  );
  if (allowed === 'false') return undefined;

  const declared = rows.filter(({ from }) => from === undefined).flatMap(({ within = [] }) => within);
  const isDeclared = or(
    ...rows.map(({ attributes }) => readsOnly(attributes ?? [], open, context)),
    ...rows.map(({ from, within }) =>
      from === undefined
        ? 'false'
        : and(...from.map((origin) => comesFrom(origin, context, account, platform.region)), isWithin(within, place, open, platform)),
    ),
  );
  const reached =
    tag === undefined ? and(not(isDeclared), reaches(place, open, declared, platform.region)) : crosses(place, open, platform, expected);
  const sessions = tag === undefined ? [] : [ofTenant('other'), or(not('tagged'), and(separatorFree('tag'), not('(= tag other)')))];
  const listed = tag !== undefined && place.reach === 'names' ? ['listed'] : [];
  const texts = [...values, ...attributes];
  return {
    script(ids) {
      const readable = ids === undefined ? [] : texts.map(isReadable);
      const withIds = ids === undefined || tag === undefined ? [] : [isId('other', ids), or(not('tagged'), isId('tag', ids))];
      const assertions = [allowed, reached, ...limits, ...sessions, ...readable, ...withIds];
      const choices = variables.declare(assertions.join(' '));
      return script(
        [
          ...['tagged', 'told', 'named', ...[...opaque.values()].map(({ name }) => name)].map((name) => [name, 'Bool']),
          ...['tag', 'other', ...texts, ...listed].map((name) => [name, 'String']),
          ...constants,
          ...choices.constants,
        ],
        [...assertions, ...choices.assertions],
      );
    },
    read(answer) {
      const isTold = told === 'true' || (told !== 'false' && answer.told === true);
      const given = isTold ? values.map((name) => String(answer[name])) : undefined;
      const names =
        open.named !== 'false' && answer.named === true ? namedIn([...new Set(attributes.map((name) => String(answer[name])))]) : {};
      const more = { ...read(answer), ...witnesses([...opaque.values()], answer), ...names };
      return {
        tags: tag !== undefined && answer.tagged === true ? { [tag]: String(answer.tag) } : {},
        request:
          place.reach === 'whole'
            ? { action: place.action, resource: `${place.resource}${place.isOpen ? answer.value : ''}`, context: more }
            : requestOf(place.action, place.reach, place.resource, given, more),
        ...(tag === undefined ? {} : { other: String(answer.other) }),
      };
    },
  };
}

/** Documented: "How AWS enforcement code logic evaluates requests to allow or deny access" (IAM User Guide). */
function allowedTerm({ caller, place, deciding, account }: Asked, request: SymbolicRequest): Term {
  const { identity, boundary, bounded, resource } = deciding;
  const any = (statements: readonly PolicyStatement[], effect: 'Allow' | 'Deny') =>
    or(...statements.filter((one) => one.effect === effect).map((one) => applies(one, request)));
  const speaking = (statements: readonly PolicyStatement[]) => statements.filter((one) => namesAction(one, place.action));
  const named = (naming: ReturnType<typeof namingOf>) =>
    any(
      resource.filter((one) => namingOf(one, caller, account) === naming),
      'Allow',
    );
  const limits = speaking(boundary);
  const denied = or(any(identity ?? [], 'Deny'), any(limits, 'Deny'), any(resource, 'Deny'));
  const [direct, role, ofAccount] = [named('direct'), named('role'), named('account')];
  if (caller.kind === 'role' || caller.kind === 'user') {
    const mustNameAccount = place.held.type === 'AWS::KMS::Key' || (place.held.type === 'role' && place.action.startsWith('sts:'));
    const own = and(any(identity ?? [], 'Allow'), mustNameAccount ? ofAccount : 'true');
    return and(not(denied), or(direct, and(or(role, own), or(not(bounded), any(limits, 'Allow')))));
  }
  const isOutside = accountOfCaller(caller, account) !== account;
  return and(not(denied), isOutside || caller.kind === 'account' ? or(direct, role, ofAccount) : or(direct, role));
}

/** Whether a request says that it comes from where a row declares. */
function comesFrom({ key, begins }: Origin, context: SymbolicRequest['context'], account: string, region: string): Term {
  const known = context[key.toLowerCase()];
  if (known?.value === undefined) return 'false';
  const start = begins.replace('{account}', account).replace('{region}', region);
  return and(known.present, `(str.prefixof ${literal(start)} ${known.value})`);
}

/** Whether all keys and names of a request begin as a row declares. */
function isWithin(within: readonly string[] | undefined, place: Place, open: Open, { region }: Platform): Term {
  return within === undefined ? 'true' : not(reaches(place, open, within, region));
}

/** Services that authorize the access to what the key encrypts, so that the use of the key through them gives access to nothing more. */
const USERS_OF_KEYS = ['dynamodb', 's3', 'sqs', 'secretsmanager'];

/** A caller that is no tenant's session reaches data that is not declared. */
function reaches({ reach }: Place, { told, values }: Open, within: readonly string[], region: string): Term {
  const begins = (value: Term) => or(...within.map((start) => `(str.prefixof ${literal(start)} ${value})`));
  switch (reach) {
    case 'items':
      return within.length === 0 ? 'true' : not(and(told, ...values.map(begins)));
    case 'objects':
      return not(begins(values[0]));
    case 'names':
      return not(and(told, begins(values[0])));
    case 'key':
      return not(and(told, or(...USERS_OF_KEYS.map((service) => `(= ${values[0]} ${literal(`${service}.${region}.amazonaws.com`)})`))));
    case 'whole':
      return 'true';
  }
}

/** The request selects attributes, and names no others than these. Without a selection, it returns whole items. */
function readsOnly(allowed: readonly string[], { named, attributes }: Open, context: SymbolicRequest['context']): Term {
  const select = context['dynamodb:select'];
  if (allowed.length === 0 || select?.value === undefined) return 'false';
  const isAllowed = (attribute: Term) => or(...allowed.map((name) => `(= ${attribute} ${literal(name)})`));
  return and(named, select.present, `(= ${select.value} ${literal('SPECIFIC_ATTRIBUTES')})`, ...attributes.map(isAllowed));
}

/** A tenant's session reaches data of another tenant. */
function crosses(place: Place, open: Open, platform: Platform, { tenantIndexes }: Expected): Term {
  if (place.reach === 'whole') return 'true';
  if (place.gives !== undefined) return givesOwn(place.gives, open, platform);
  const table = platform.tables.find(({ indexes }) => indexes.some(({ arn }) => arn === place.resource));
  const index = table?.indexes.find(({ arn }) => arn === place.resource);
  const isOfTenants =
    index === undefined || index.partitionKey === table?.keys[0] || tenantIndexes.some((declared) => declared.index === place.path);
  // Nobody knows whose items have the key that a query names.
  if (!isOfTenants) return 'true';
  return reachesOf('other', { ...place, facts: { reach: place.reach } }, open, platform);
}

/** A tenant's session gives an own item any value as the partition key of an index, or DynamoDB does not say which attributes it gives. */
function givesOwn(key: string, open: Open, platform: Platform): Term {
  const isOwn = reachesOf('tag', { facts: { reach: 'items' }, layouts: [], files: [], common: [] }, open, platform);
  return and('tagged', open.told, isOwn, or(not(open.named), ...open.attributes.map((name) => `(= ${name} ${literal(key)})`)));
}
