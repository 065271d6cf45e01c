import { type Case, casesOf, namedIn, openingsOf, requestOf } from '../isolation/cases';
import type { Request, Tags } from '../isolation/evaluate';
import { crosses, ownersOf } from '../isolation/owners';
import type { Platform, TenantRole } from '../isolation/platform';
import { ACTIONS, enclosing, GIVES, stsTakes } from '../isolation/services';
import type { Configuration, ConfiguredRole } from './configurations';
import { isAllowed, mayOpen, type Principal, sessionOf } from './principals';
import { TENANT } from './targets';

/** A request or a session that gives someone tenants' data that is not theirs. */
export interface Harm {
  readonly principal: string;
  readonly tags?: Tags;
  readonly request: Request;
  readonly why: string;
  /** The values of the parameters, if there are any. */
  readonly given: Configuration['given'];
}

/** What tenants' sessions of one role are asked, the same for every mutant: it follows from the original policies and the layout of the data. */
export interface TenantQuestions {
  readonly role: TenantRole;
  /** Cases that reach another tenant's data if they are allowed, by the resource that they are about. */
  readonly crossing: ReadonlyMap<string, readonly Case[]>;
  /** Tags of sessions that are not one tenant's. */
  readonly openings: readonly { readonly name: string; readonly tags: Tags }[];
  /** Writes of an own item that may name the partition key of an index. */
  readonly indexWrites: readonly { readonly index: string; readonly request: Request }[];
}

export function tenantQuestions(role: TenantRole, platform: Platform): TenantQuestions {
  const crossing = new Map<string, Case[]>();
  for (const one of casesOf(role, platform)) {
    if (!one.requests.some((request) => crosses(ownersOf(request, platform), one.tags[role.tag]))) continue;
    const resource = one.requests[0].resource.replace(/^(arn:aws:s3:::[^/]+)\/.*$/s, '$1');
    crossing.set(resource, [...(crossing.get(resource) ?? []), one]);
  }
  const openings = openingsOf(role).filter(({ tags }) => Object.values(tags).every(stsTakes) && !isOneTenants(tags, role.tag));
  return { role, crossing, openings, indexWrites: indexWritesOf(platform) };
}

/**
 * Whether tags make a session that is one tenant's: one tag, with a value that is separated from what follows it. A value that is no id of a
 * tenant but has no separator reaches only what begins with it, which is nobody's.
 */
function isOneTenants(tags: Tags, tag: string): boolean {
  const value = tags[tag] ?? '';
  return Object.keys(tags).length === 1 && value !== '' && !/[#/]/.test(value);
}

function indexWritesOf({ tables }: Platform): TenantQuestions['indexWrites'] {
  return tables.flatMap(({ arn, keys, indexes }) =>
    indexes.flatMap(({ arn: index, partitionKey }) => {
      if (partitionKey === undefined || partitionKey === keys[0]) return [];
      const named = [[...keys, partitionKey], [partitionKey], []];
      return GIVES.flatMap((action) =>
        ACTIONS[action].askedBy.flatMap((askedBy) =>
          named.map((names) => ({
            index,
            request: requestOf(action, 'items', arn, [`${TENANT}#x`], { ...namedIn(names), ...enclosing(askedBy) }),
          })),
        ),
      );
    }),
  );
}

/** Sessions of one tenant role in one configuration. */
export interface TenantSessions {
  readonly role: ConfiguredRole;
  session(tags: Tags): Principal;
  /** Whether anybody may open a session with these tags. */
  isOpen(tags: Tags): boolean;
}

export function tenantSessions(configuration: Configuration, role: ConfiguredRole, everybody: readonly Principal[]): TenantSessions {
  const sessions = new Map<string, Principal>();
  const open = new Map<string, boolean>();
  const once = <T>(values: Map<string, T>, tags: Tags, value: () => T): T => {
    const name = JSON.stringify(tags);
    const known = values.get(name) ?? value();
    values.set(name, known);
    return known;
  };
  return {
    role,
    session: (tags) => once(sessions, tags, () => sessionOf(configuration, role, tags)),
    isOpen: (tags) =>
      once(
        open,
        tags,
        () => Object.values(tags).every(stsTakes) && everybody.some((principal) => mayOpen(configuration, principal, role, tags)),
      ),
  };
}

const answers = new Map<string, readonly Case[]>();

/** The first harm that tenants' sessions can do. */
export function tenantHarm(
  configuration: Configuration,
  { role: { path, tag }, crossing, openings, indexWrites }: TenantQuestions,
  sessions: TenantSessions,
  isNew: (tags: Tags, request: Request) => boolean,
  count: (requests: number) => void,
): Harm | undefined {
  const harm = (tags: Tags, request: Request, why: string): Harm => ({ principal: path, tags, request, why, given: configuration.given });
  for (const { name, tags } of openings) {
    count(1);
    if (sessions.isOpen(tags)) return harm(tags, { action: 'sts:AssumeRole', resource: sessions.role.arn, context: {} }, `opens ${name}`);
  }
  const { fingerprint } = sessions.session({});
  for (const [resource, cases] of crossing) {
    const key = `${fingerprint} ${resource} ${configuration.policyOf(resource)?.number}`;
    let allowed = answers.get(key);
    if (allowed === undefined) {
      allowed = cases.filter(({ tags, requests }) =>
        requests.every((request) => isAllowed(configuration, sessions.session(tags), request)),
      );
      answers.set(key, allowed);
    }
    count(cases.length);
    const first = allowed.find(({ tags }) => sessions.isOpen(tags));
    if (first !== undefined) return harm(first.tags, first.requests[0], first.name);
  }
  const own = { [tag]: TENANT };
  if (!sessions.isOpen(own)) return undefined;
  for (const { index, request } of indexWrites) {
    count(1);
    if (isAllowed(configuration, sessions.session(own), request) && isNew(own, request))
      return harm(own, request, `writes the key of ${index}`);
  }
  return undefined;
}
