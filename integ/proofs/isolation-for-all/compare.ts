import { openingsOf } from '../isolation/cases';
import { isAllowed, isOpened, type Tags } from '../isolation/evaluate';
import { ownersOf } from '../isolation/owners';
import type { Platform, TenantRole } from '../isolation/platform';
import { type Attempt, attempts } from '../isolation/random';
import { NAMES, TELLS } from '../isolation/services';
import { statementsOf } from '../isolation/statements';
import { type Access, accesses } from '../isolation/targets';
import { admitted, type Open, reachesOf, script, symbolic } from './claims';
import { allows } from './encode';
import type { Solver } from './solver';
import { literal, type Term } from './terms';

/** The number of requests that encoding and evaluator both evaluated, and their disagreements. */
export interface Comparison {
  readonly compared: number;
  readonly differences: readonly string[];
}

/**
 * Evaluates the same random requests with the solver and the evaluator, and compares whose data they reach with `ownersOf`. If the session
 * has the tag, the answers must be equal. Without a tag or with an empty one, the encoding may allow more than the evaluator, but never
 * less.
 */
export async function compareRequests(
  solver: Solver,
  role: TenantRole,
  platform: Platform,
  count: number,
  seed: number,
): Promise<Comparison> {
  const next = attempts([role], platform, seed);
  const asked = Array.from({ length: count }, () => next());
  const statements = statementsOf(role);
  const terms = asked.flatMap(({ request, tags }) => {
    const { access, open } = literally(platform, role, { request, tags });
    const other = literal(otherOf(ownersOf(request, platform).tenants, tags[role.tag]));
    return [allows(statements, symbolic(role, access, open)), reachesOf(other, access, open, platform, open.values[0])];
  });
  const answers = await decided(solver, terms);
  const differences = asked.flatMap(({ request, tags }, number) => {
    const owners = ownersOf(request, platform);
    const [allowed, reached] = [answers[2 * number], answers[2 * number + 1]];
    const evaluated = isAllowed(role, tags, request);
    const other = otherOf(owners.tenants, tags[role.tag]);
    const differs = tags[role.tag] ? allowed !== evaluated : evaluated && !allowed;
    // A prefix that ends before the slash lists names of many tenants; the encoding considers one name.
    const manyNames = owners.everyone && request.context['s3:prefix'] !== undefined;
    const differsInOwner = !manyNames && reached !== (owners.everyone || owners.tenants.includes(other));
    if (!differs && !differsInOwner) return [];
    return [
      `encoding: allowed ${allowed}, reaches ${other} ${reached}; evaluator: ${evaluated}, owners ${JSON.stringify(owners)}: ${JSON.stringify({ tags, request })}`,
    ];
  });
  return { compared: count, differences };
}

/** The same comparison for opening sessions. */
export async function compareOpenings(solver: Solver, role: TenantRole): Promise<Comparison> {
  const openings = openingsOf(role);
  const terms = openings.map(({ tags }) => {
    const others = Object.keys(tags).filter((key) => key !== role.tag);
    return admitted(role, {
      tagged: String(tags[role.tag] !== undefined),
      tag: literal(tags[role.tag] ?? ''),
      another: String(others.length > 0),
      anotherKey: literal(others[0] ?? 'none'),
    });
  });
  const answers = await decided(solver, terms);
  const differences = openings.flatMap(({ tags }, number) =>
    answers[number] === isOpened(role, tags) ? [] : [`encoding: opened ${answers[number]}: ${JSON.stringify(tags)}`],
  );
  return { compared: openings.length, differences };
}

/** The values of many terms without constants. */
export async function decided(solver: Solver, terms: readonly Term[]): Promise<boolean[]> {
  const constants = terms.map((_, number) => [`answer${number}`, 'Bool']);
  const { answer, values } = await solver.ask(
    script(
      constants,
      terms.map((term, number) => `(= answer${number} ${term})`),
    ),
  );
  if (answer !== 'sat') throw new Error(`The solver answers ${answer} to a query without constants`);
  return terms.map((_, number) => values[`answer${number}`] === true);
}

/** The access and the literals of one request. */
function literally(
  platform: Platform,
  role: TenantRole,
  { request, tags }: Pick<Attempt, 'request' | 'tags'>,
): { access: Access; open: Open } {
  const access = accesses(platform).find(
    ({ action, target, resource }) =>
      action === request.action && (target === 'object' ? request.resource.startsWith(`${resource}/`) : resource === request.resource),
  );
  if (access === undefined) throw new Error(`${request.action} on ${request.resource} is not part of the platform`);
  const tells = TELLS[access.facts.reach];
  const told = tells === undefined ? request.resource.slice(access.resource.length + 1) : request.context[tells];
  const named = request.context[NAMES];
  return {
    access,
    open: {
      ...tagTerms(role, tags),
      told: String(told !== undefined),
      values: told === undefined ? ['""'] : [told].flat().map(literal),
      named: String(named !== undefined),
      attributes: named === undefined ? [] : [named].flat().map(literal),
    },
  };
}

function tagTerms(role: TenantRole, tags: Tags): Pick<Open, 'tagged' | 'tag'> {
  const tag = tags[role.tag];
  return { tagged: String(tag !== undefined), tag: literal(tag ?? '') };
}

/** The tenant whose data the comparison is about: another owner, if there is one. */
function otherOf(owners: readonly string[], tenant: string | undefined): string {
  return owners.find((owner) => owner !== tenant) ?? owners[0] ?? 'nobody';
}
