import { filled, namedIn, requestOf } from '../isolation/cases';
import type { Request, Tags } from '../isolation/evaluate';
import { usesKeys } from '../isolation/owners';
import { FILE, type Platform, type TenantRole } from '../isolation/platform';
import { GIVES, NAMES } from '../isolation/services';
import { statementsOf, trustOf } from '../isolation/statements';
import { type Access, accesses } from '../isolation/targets';
import { allows, type ContextKey, membersNeeded, type SymbolicRequest } from './encode';
import { couldBegin, type NamesOf } from './names';
import type { Answer } from './solver';
import { isId, ofTenant as isTenant, separatorFree, stsMayTake } from './tenant-ids';
import { and, literal, matches, not, or, pieces, type Term } from './terms';

/** Terms for the open parts of a session and its request: constants of a query, or the literals of one request. */
export interface Open {
  readonly tagged: Term;
  readonly tag: Term;
  /** Leading keys, an object name, a prefix or a service, and whether the service sets the context key at all. */
  readonly told: Term;
  readonly values: readonly Term[];
  /** The attributes that the request names, and whether the service sets their context key. */
  readonly named: Term;
  readonly attributes: readonly Term[];
}

/** A query to the solver, and the meaning of its answer. */
export interface Question {
  readonly script: string;
  /** The request that a `sat` answer describes. */
  read(values: Answer['values']): { readonly tags: Tags; readonly request: Request; readonly other?: string };
}

/** One action on one resource, for all sessions of a role. */
export interface Claim {
  readonly access: Access;
  /** Whether any permission could apply. If not, no query is needed. */
  readonly possible: boolean;
  /** A session reaches data of another tenant. `ids`: only with valid tenant ids and readable values. */
  crossing(ids?: string): Question;
  /** A session reaches its own tenant's data. */
  own(ids: string): Question;
  /** A session sets an attribute of an own item to any value, or DynamoDB does not set the context key for attributes. */
  gives(attribute: string, ids: string): Question;
}

const TAG = { tagged: 'tagged', tag: 'tag' };

/** The claims about a role: one per known action and resource of its platform. */
export function claimsOf(role: TenantRole, platform: Platform): Claim[] {
  const statements = statementsOf(role);
  const members = membersNeeded(statements);
  return accesses(platform).map((access) => {
    const { facts } = access;
    const values = facts.reach === 'items' ? Array.from({ length: members }, (_, number) => `key${number + 1}`) : ['value'];
    const attributes = facts.reach === 'items' ? Array.from({ length: members }, (_, number) => `attribute${number + 1}`) : [];
    const told = facts.fills === 'never' ? 'false' : facts.reach === 'objects' ? 'true' : 'told';
    const open: Open = { ...TAG, told, values, named: facts.reach === 'items' ? 'named' : 'false', attributes };
    const allowed = allows(statements, symbolic(role, access, open));
    const listed = facts.reach === 'names' ? ['listed'] : [];
    const constants = [
      ...['tagged', 'told', 'named'].map((name) => [name, 'Bool']),
      ...['tag', 'other', ...values, ...attributes, ...listed].map((name) => [name, 'String']),
    ];
    const question = (...assertions: readonly Term[]): Question => ({
      script: script(constants, [allowed, ...assertions]),
      read: (answer) => ({ ...concrete(role, access, open, answer), other: String(answer.other) }),
    });
    const reaches = reachesOf('other', access, open, platform);
    const witness =
      access.layouts.length === 0 ? 'true' : or(...access.layouts.map((layout) => `(= value ${literal(`${filled(layout)}abc/`)})`));
    // What belongs to everyone is not own data.
    const reachesOwn = reachesOf('other', { ...access, common: [] }, open, platform);
    const sessions = [isTenant('other'), or(not('tagged'), and(separatorFree('tag'), not('(= tag other)')))];
    const readable = (ids: string) => [
      isId('other', ids),
      or(not('tagged'), isId('tag', ids)),
      ...[...values, ...attributes].map(isReadable),
    ];
    return {
      access,
      possible: allowed !== 'false',
      crossing: (ids) => question(reaches, ...sessions, ...(ids === undefined ? [] : readable(ids))),
      // One id, in one of the layouts, is enough to show that own data is reached, and is faster for the solver.
      own: (ids) => question('tagged', open.told, reachesOwn, '(= tag other)', `(= tag ${literal('abc')})`, witness, ...readable(ids)),
      gives: (attribute, ids) => {
        const isGiven = or(not(open.named), ...attributes.map((name) => `(= ${name} ${literal(attribute)})`));
        return question('tagged', open.told, reachesOwn, '(= tag other)', isGiven, ...readable(ids));
      },
    };
  });
}

/** A request of a role, with terms for the open parts. Keys that the service never sets for the action are missing. */
export function symbolic(
  role: TenantRole,
  { action, facts, resource }: Access,
  { tagged, tag, told, values, named, attributes }: Open,
): SymbolicRequest {
  const missing: ContextKey = { present: 'false', value: '""' };
  const single = { present: told, value: values[0] };
  return {
    action,
    resource: facts.reach === 'objects' ? { known: `${resource}/`, open: values[0] } : { known: resource },
    context: {
      [`aws:principaltag/${role.tag.toLowerCase()}`]: { present: tagged, value: tag },
      'dynamodb:leadingkeys': facts.reach === 'items' ? { present: told, members: values } : { present: 'false', members: [] },
      [NAMES.toLowerCase()]: { present: named, members: attributes },
      's3:prefix': facts.reach === 'names' ? single : missing,
      'kms:viaservice': facts.reach === 'key' ? single : missing,
    },
  };
}

/** Whether a request reaches data of a tenant: `ownersOf` as a term. */
export function reachesOf(
  tenant: Term,
  { facts, layouts, files, common }: Pick<Access, 'layouts' | 'files' | 'common'> & { readonly facts: Pick<Access['facts'], 'reach'> },
  { told, values }: Pick<Open, 'told' | 'values'>,
  { region }: Pick<Platform, 'region'>,
  listed = 'listed',
): Term {
  const ofTenant: readonly NamesOf[] = [
    ...layouts.map((layout) => ({ layout: pieces('', layout, true), tenant, end: '/', isOpen: true })),
    ...files.map((layout) => ({ layout: pieces('', layout, true), tenant, end: FILE, isOpen: false })),
  ];
  const isIn = (name: Term, { layout, end, isOpen }: NamesOf) =>
    matches(name, [...layout, { variable: 'tenant' }, { text: end }, ...(isOpen ? (['any'] as const) : [])], () => tenant);
  // What belongs to everyone belongs to this tenant, too.
  const isCommon = (name: Term) => common.map((folder) => `(str.prefixof ${literal(folder)} ${name})`);
  switch (facts.reach) {
    case 'items':
      return or(not(told), ...values.map((key) => `(str.prefixof (str.++ ${tenant} "#") ${key})`));
    case 'objects':
      return or(...ofTenant.map((names) => isIn(values[0], names)), ...isCommon(values[0]));
    case 'names':
      // A list returns names that begin with the prefix, so it reaches every tenant that could have such a name.
      return or(
        not(told),
        ...ofTenant.map((names) => couldBegin(values[0], names) ?? and(`(str.prefixof ${values[0]} ${listed})`, isIn(listed, names))),
        ...isCommon(values[0]),
        ...common.map((folder) => `(str.prefixof ${values[0]} ${literal(folder)})`),
      );
    case 'key':
      return not(and(told, or(...usesKeys(region).map((service) => `(= ${values[0]} ${literal(service)})`))));
  }
}

/** The claims about setting an index partition key on an own item, each with the attribute. */
export function indexClaims(
  claims: readonly Claim[],
  platform: Platform,
): { readonly claim: Claim; readonly index: string; readonly key?: string }[] {
  return platform.tables.flatMap(({ arn, keys, indexes }) =>
    indexes
      .filter(({ partitionKey }) => partitionKey === undefined || partitionKey !== keys[0])
      .flatMap((index) =>
        claims
          .filter(({ access }) => access.resource === arn && GIVES.includes(access.action))
          .map((claim) => ({ claim, index: index.arn.replace(/^.*\/index\//, ''), key: index.partitionKey })),
      ),
  );
}

/** The trust policy allows a session that is not one tenant's: without the tag, with an ambiguous value, or with a second tag. */
export function openedToNobody(role: TenantRole): Question {
  return openings(role, [admitted(role), not(and('tagged', not('another'), separatorFree('tag')))]);
}

/** The trust policy denies a tenant's id. */
export function tenantDenied(role: TenantRole, ids: string): Question {
  return openings(role, ['tagged', not('another'), isId('tag', ids), not(admitted(role))]);
}

/** An id that could match more than itself. */
export function idWithSeparator(ids: string): string {
  return script([['id', 'String']], [isId('id', ids), not(and(isTenant('id'), stsMayTake('id')))]);
}

function openings(role: TenantRole, assertions: readonly Term[]): Question {
  const constants = [
    ['tagged', 'Bool'],
    ['another', 'Bool'],
    ['tag', 'String'],
    ['anotherKey', 'String'],
  ];
  return {
    script: script(constants, [stsMayTake('tag'), not(`(= anotherKey ${literal(role.tag)})`), isReadable('anotherKey'), ...assertions]),
    read: ({ tagged, tag, another, anotherKey }) => ({
      tags: { ...(tagged ? { [role.tag]: String(tag) } : {}), ...(another ? { [String(anotherKey) || 'x']: 'x' } : {}) },
      request: { action: 'sts:AssumeRole', resource: role.arn, context: {} },
    }),
  };
}

/** A session with tags needs both actions; see isOpened. */
export function admitted(
  role: Pick<TenantRole, 'tag' | 'path' | 'trust'>,
  { tagged = 'tagged', tag = 'tag', another = 'another', anotherKey = 'anotherKey' } = {},
  statements = trustOf(role),
): Term {
  const name = literal(role.tag);
  const context: SymbolicRequest['context'] = {
    [`aws:requesttag/${role.tag.toLowerCase()}`]: { present: tagged, value: tag },
    'aws:tagkeys': {
      present: or(tagged, another),
      members: [`(ite ${tagged} ${name} ${anotherKey})`, `(ite ${another} ${anotherKey} ${name})`],
    },
  };
  const assume = allows(statements, { action: 'sts:AssumeRole', context });
  return and(assume, or(not(or(tagged, another)), allows(statements, { action: 'sts:TagSession', context })));
}

/** Printable ASCII without `*`: iam-simulate, the second opinion, reads `*` in an object name as many objects. */
export function isReadable(text: Term): Term {
  return `(str.in_re ${text} (re.* (re.union (re.range " " ")") (re.range "+" "~"))))`;
}

function concrete(
  role: TenantRole,
  { action, facts, resource }: Access,
  open: Open,
  answer: Answer['values'],
): { tags: Tags; request: Request } {
  const told = open.told === 'true' || (open.told !== 'false' && answer[open.told] === true);
  const values = told ? open.values.map((name) => String(answer[name])) : undefined;
  const named = answer[open.named] === true ? namedIn([...new Set(open.attributes.map((name) => String(answer[name])))]) : {};
  return {
    tags: answer.tagged ? { [role.tag]: String(answer.tag) } : {},
    request: requestOf(action, facts.reach, resource, values, named),
  };
}

export function script(constants: readonly (readonly string[])[], assertions: readonly Term[]): string {
  const declared = constants.map(([name, sort]) => `(declare-const ${name} ${sort})`);
  return ['(set-logic QF_SLIA)', ...declared, ...assertions.filter((term) => term !== 'true').map((term) => `(assert ${term})`)].join('\n');
}
