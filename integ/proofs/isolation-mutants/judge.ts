import { generator } from '../../kit/random';
import type { Request, Tags } from '../isolation/evaluate';
import { crosses, ownersOf } from '../isolation/owners';
import type { Platform, TenantRole } from '../isolation/platform';
import { attempts } from '../isolation/random';
import { type Configuration, configurationsOf, type Templates } from './configurations';
import { isAllowed, mayOpen, type Principal, principalsOf } from './principals';
import { chosenKeys, type Target, TENANT, targetsOf } from './targets';
import { type Harm, type TenantQuestions, type TenantSessions, tenantHarm, tenantQuestions, tenantSessions } from './tenants';

/** Whether a mutant lets a foreign request through. */
export interface Verdict {
  /** The first foreign request that is allowed. */
  readonly harm?: Harm;
  /** How many requests were evaluated. */
  readonly requests: number;
}

/** Decides by requests alone, without the encoding of any proof. */
export interface Judge {
  /**
   * @param random how many random requests to evaluate, in each configuration
   * @param seed of the random requests
   */
  judge(templates: Templates, random: number, seed: number): Verdict;
}

/** A configuration with everyone in it. */
interface Situation {
  readonly configuration: Configuration;
  readonly everybody: readonly Principal[];
  readonly tenants: readonly { readonly questions: TenantQuestions; readonly sessions: TenantSessions }[];
}

/**
 * Foreign is a request:
 *
 * - of a tenant's session, if it reaches data of another tenant;
 * - of anyone else, if it reaches tenants' data in a way that the original templates give to nobody with that name: an action on a table,
 * index, stream, queue or key, or on a folder of a bucket. Roles that can be assumed count as ways.
 */
export function createJudge(templates: Templates, platform: Platform, seed: number): Judge {
  const questions = platform.roles.map((role) => tenantQuestions(role, platform));
  const original = configurationsOf(templates);
  const targets = targetsOf(platform, original[0]);
  const before = original.map((configuration) => situationOf(configuration, questions));
  const crossing = crossingRequests(platform, new Map(original[0].roles.map(({ arn, path }) => [arn, path])), seed);
  const ways = new Map<string, Set<string>>();
  for (const situation of before) {
    for (const [id, found] of waysOf(situation, targets, platform)) ways.set(id, new Set([...(ways.get(id) ?? []), ...found.keys()]));
  }

  const wasAllowed = (id: string, tags: Tags | undefined, request: Request) =>
    before.some((situation) => allows(situation, id, tags, request));

  const harmIn = (situation: Situation, asked: readonly Asked[], count: (requests: number) => void): Harm | undefined => {
    const { configuration, tenants } = situation;
    const { given } = configuration;
    for (const { questions, sessions } of tenants) {
      const { path } = sessions.role;
      const isNew = (tags: Tags, request: Request) => !wasAllowed(path, tags, request);
      const harm = tenantHarm(configuration, questions, sessions, isNew, count);
      if (harm !== undefined) return harm;
    }
    for (const [id, found] of waysOf(situation, targets, platform, count)) {
      for (const [way, { request, tags }] of found) {
        if (ways.get(id)?.has(way) || wasAllowed(id, tags, request)) continue;
        return { principal: id, tags, request, why: `newly has ${way}`, given };
      }
    }
    for (const { id, tags, request, way } of asked) {
      count(1);
      if (!allows(situation, id, tags, request)) continue;
      if (tags !== undefined) {
        const tenant = situation.tenants.find(({ sessions }) => sessions.role.path === id);
        if (tenant?.sessions.isOpen(tags)) return { principal: id, tags, request, why: 'reaches another tenant', given };
      } else if (way !== undefined && !ways.get(id)?.has(way) && !wasAllowed(id, tags, request)) {
        return { principal: id, request, why: `newly has ${way}`, given };
      }
    }
    return undefined;
  };

  return {
    judge(mutant, random, seed) {
      let requests = 0;
      const count = (more: number) => {
        requests += more;
      };
      for (const configuration of configurationsOf(mutant)) {
        const situation = situationOf(configuration, questions);
        const harm = harmIn(situation, randomRequests(situation, targets, crossing, random, seed), count);
        if (harm !== undefined) return { harm, requests };
      }
      return { requests };
    },
  };
}

function situationOf(configuration: Configuration, questions: readonly TenantQuestions[]): Situation {
  const everybody = principalsOf(configuration);
  return {
    configuration,
    everybody,
    tenants: questions.flatMap((own) => {
      const role = configuration.roles.find(({ arn }) => arn === own.role.arn);
      return role === undefined ? [] : [{ questions: own, sessions: tenantSessions(configuration, role, everybody) }];
    }),
  };
}

function allows({ configuration, everybody, tenants }: Situation, id: string, tags: Tags | undefined, request: Request): boolean {
  const principal =
    tags === undefined
      ? everybody.find((one) => one.id === id)
      : tenants.find(({ sessions }) => sessions.role.path === id)?.sessions.session(tags);
  return principal !== undefined && isAllowed(configuration, principal, request);
}

interface Way {
  readonly request: Request;
  readonly tags?: Tags;
}

type Ways = ReadonlyMap<string, Way>;

/** By principal: the targets that it reaches, and those that it reaches through roles that it can assume. */
function waysOf(
  { configuration, everybody, tenants }: Situation,
  targets: readonly Target[],
  platform: Platform,
  count: (requests: number) => void = () => {},
): Map<string, Ways> {
  const tenantOf = (id: string) => tenants.find(({ sessions }) => sessions.role.path === id);
  // Sessions of tenants reach data of others only, and what is their own counts for those who open them.
  const sessions = everybody.map((principal) => {
    const tenant = tenantOf(principal.id);
    return { id: principal.id, tenant, principal: tenant?.sessions.session({ [tenant.questions.role.tag]: TENANT }) ?? principal };
  });
  const direct = new Map(
    sessions.map(({ id, principal, tenant }) => {
      const found = directWays(configuration, principal, targets, count);
      const tags = tenant === undefined ? undefined : { [tenant.questions.role.tag]: TENANT };
      const foreign = [...found].filter(([, request]) => tenant === undefined || crosses(ownersOf(request, platform), TENANT));
      return [id, new Map(foreign.map(([way, request]) => [way, { request, tags }]))] as const;
    }),
  );
  const opens = new Map(
    sessions.map(({ id, principal }) => [
      id,
      assumable(
        configuration,
        principal,
        tenants.map(({ questions }) => questions.role),
        count,
      ),
    ]),
  );
  return new Map(
    sessions.map(({ id, tenant }) => {
      const all = new Map<string, Way>(tenant?.sessions.isOpen({ [tenant.questions.role.tag]: TENANT }) === false ? [] : direct.get(id));
      const seen = new Set([id]);
      const open = [...(opens.get(id) ?? [])].map((arn) => ({ arn, first: arn }));
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { arn, first } = next;
        const role = configuration.roles.find((own) => own.arn === arn);
        if (role === undefined || seen.has(role.path)) continue;
        seen.add(role.path);
        const request: Request = { action: 'sts:AssumeRole', resource: first, context: {} };
        if (tenantOf(role.path) !== undefined) all.set(`sessions of ${role.path}`, { request });
        for (const way of direct.get(role.path)?.keys() ?? []) if (!all.has(way)) all.set(way, { request });
        open.push(...[...(opens.get(role.path) ?? [])].map((further) => ({ arn: further, first })));
      }
      return [id, all];
    }),
  );
}

const known = new Map<string, ReadonlyMap<string, Request>>();

function directWays(
  configuration: Configuration,
  principal: Principal,
  targets: readonly Target[],
  count: (requests: number) => void,
): Map<string, Request> {
  const all = new Map<string, Request>();
  for (const target of targets) {
    const policy = configuration.policyOf(target.resource);
    const key = `${principal.fingerprint} ${target.name} ${policy?.number}`;
    let found = known.get(key);
    if (found === undefined) {
      const keys = chosenKeys([...principal.identity, ...principal.boundary, ...(policy === undefined ? [] : [policy])]);
      const chosen = Object.fromEntries([...keys].map(([name, values]) => [name, values[0]]));
      const requests = target.requests.flatMap((request) =>
        keys.size === 0 ? [request] : [request, { ...request, context: { ...chosen, ...request.context } }],
      );
      const allowed = requests.find((request) => isAllowed(configuration, principal, request));
      found = new Map(allowed === undefined ? [] : [[target.name, allowed]]);
      known.set(key, found);
    }
    count(target.requests.length);
    for (const [way, request] of found) all.set(way, request);
  }
  return all;
}

const openers = new Map<string, boolean>();

/** The ARNs of the roles that a principal can assume. */
function assumable(
  configuration: Configuration,
  principal: Principal,
  tenants: readonly TenantRole[],
  count: (requests: number) => void,
): Set<string> {
  const found = new Set<string>();
  for (const role of configuration.roles) {
    const tag = tenants.find(({ arn }) => arn === role.arn)?.tag;
    const key = `${principal.fingerprint} ${role.arn} ${configuration.policyOf(role.arn)?.number}`;
    const variants: Tags[] = [{}, ...(tag === undefined ? [] : [{ [tag]: TENANT }])];
    const opens = openers.get(key) ?? variants.some((tags) => mayOpen(configuration, principal, role, tags));
    openers.set(key, opens);
    count(variants.length);
    if (opens) found.add(role.arn);
  }
  return found;
}

/** A random request, by whom. With tags, it is a tenant's session and reaches another tenant. */
interface Asked {
  readonly id: string;
  readonly tags?: Tags;
  readonly request: Request;
  readonly way?: string;
}

/** Random requests of tenants' sessions that reach another tenant: each mutant takes some of them. */
const CROSSING = 20_000;

/** Half of them by tenants' sessions, and half by everyone else. */
function randomRequests(
  { configuration, everybody, tenants }: Situation,
  targets: readonly Target[],
  crossing: readonly Asked[],
  amount: number,
  seed: number,
): Asked[] {
  const random = generator(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const others = everybody.filter(({ id }) => tenants.every(({ sessions }) => sessions.role.path !== id));
  return Array.from({ length: amount }, (_, number): Asked => {
    if (number % 2 === 0) return pick(crossing);
    const principal = pick(others);
    const target = pick(targets);
    const policy = configuration.policyOf(target.resource);
    const keys = chosenKeys([...principal.identity, ...principal.boundary, ...(policy === undefined ? [] : [policy])]);
    const chosen = [...keys].filter(() => random() < 0.5).map(([name, values]) => [name, pick(values)]);
    const { context, ...request } = pick(target.requests);
    return {
      id: principal.id,
      request: { ...request, context: chosen.length === 0 ? context : { ...Object.fromEntries(chosen), ...context } },
      way: target.name,
    };
  });
}

function crossingRequests(platform: Platform, ids: ReadonlyMap<string, string>, seed: number): Asked[] {
  const next = attempts(platform.roles, platform, seed);
  const found: Asked[] = [];
  while (found.length < CROSSING) {
    const { role, tags, request } = next();
    if (crosses(ownersOf(request, platform), tags[role.tag])) found.push({ id: ids.get(role.arn) ?? role.arn, tags, request });
  }
  return found;
}
