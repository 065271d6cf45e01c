import { isAllowed, isOpened } from '../isolation/evaluate';
import { crosses, ownersOf } from '../isolation/owners';
import type { Platform, TenantRole } from '../isolation/platform';
import { permitted } from '../isolation/targets';
import { claimsOf, idWithSeparator, indexClaims, openedToNobody, type Question, tenantDenied } from './claims';
import type { Solver } from './solver';

/** The results of the solver for a role. */
export interface Proof {
  readonly questions: number;
  /** Requests that reach another tenant's data, and sessions that are not one tenant's, each confirmed by the evaluator. */
  readonly counterexamples: readonly string[];
  /**
   * Accesses for which the solver found an allowed request for own data, confirmed by the evaluator: shows that the proof is not vacuous.
   */
  readonly ownReached: number;
  /** Ways to set an index partition key on an own item: those that no session has, and those that one has, for output. */
  readonly indexWritesDenied: number;
  readonly indexWritesOpen: readonly string[];
  /** Queries without an answer, answers that the evaluator does not confirm, and permissions that no tenant can use. */
  readonly doubts: readonly string[];
}

/**
 * Queries for every action on every resource: can any session, tagged or not, send an allowed request that reaches another tenant's data?
 * And for the trust policy: can a session be opened that is not one tenant's?
 *
 * @param options `ids`: the pattern of tenant ids; `whole: false` skips the check that tenants reach their own data, which is not needed to
 * find a counterexample; `first: true` asks about no further access once one has a counterexample
 */
export async function prove(
  solver: Solver,
  role: TenantRole,
  platform: Platform,
  { ids, whole = true, first = false }: { readonly ids: string; readonly whole?: boolean; readonly first?: boolean },
): Promise<Proof> {
  const counterexamples: string[] = [];
  const doubts: string[] = [];
  let questions = 0;
  let ownReached = 0;
  const ask = async (question: Question, what: string) => {
    questions += 1;
    const { answer, values } = await solver.ask(question.script);
    if (answer === 'unknown') doubts.push(`${role.path}: ${what}: cvc5 finds no answer`);
    return answer === 'sat' ? question.read(values) : undefined;
  };

  const claims = claimsOf(role, platform);
  for (const { access, possible, crossing, own } of claims) {
    const what = `${access.action} on ${access.resource}`;
    const { named } = permitted(role)(access);
    if (!possible) {
      if (named) doubts.push(`${role.path}: ${what}: it is permitted, and nothing allows it`);
      continue;
    }
    if ((await ask(crossing(), what)) !== undefined) {
      const found = (await ask(crossing(ids), `${what}, for ids that a tenant can have`)) ?? (await ask(crossing(), what));
      if (found !== undefined) {
        const { tags, request, other } = found;
        const told = `${role.path}: a session with ${JSON.stringify(tags)} reaches ${other}: ${JSON.stringify(request)}`;
        counterexamples.push(told);
        if (!isAllowed(role, tags, request)) doubts.push(`the evaluator denies it: ${told}`);
        if (!crosses(ownersOf(request, platform), tags[role.tag])) doubts.push(`it is nobody else's: ${told}`);
      }
    }
    if (first && counterexamples.length > 0) break;
    if (!whole || !named || access.facts.fills === 'never') continue;
    // Without this, the proof would also hold for policies that allow nothing.
    const reached = access.facts.reach === 'key' ? await keyUsed(role, platform, access) : await ask(own(ids), `${what}, own data`);
    if (reached === undefined) doubts.push(`${role.path}: ${what}: no tenant reaches its own data`);
    else if (!isAllowed(role, reached.tags, reached.request)) doubts.push(`the evaluator denies own data: ${JSON.stringify(reached)}`);
    else ownReached += 1;
  }

  let indexWritesDenied = 0;
  const indexWritesOpen: string[] = [];
  for (const { claim, index, key } of indexClaims(claims, platform)) {
    const { action } = claim.access;
    if (!claim.possible || !permitted(role)(claim.access).named) continue;
    const given = key === undefined ? undefined : await ask(claim.gives(key, ids), `${action} with the key of ${index}`);
    if (key !== undefined && given === undefined) {
      indexWritesDenied += 1;
      continue;
    }
    indexWritesOpen.push(`${role.path}, ${index}: ${action}`);
    if (given !== undefined && !isAllowed(role, given.tags, given.request))
      doubts.push(`the evaluator denies it: ${JSON.stringify(given)}`);
  }

  const nobody = await ask(openedToNobody(role), 'the trust');
  if (nobody !== undefined) {
    const told = `${role.path}: the trust opens a session with ${JSON.stringify(nobody.tags)}`;
    counterexamples.push(told);
    if (!isOpened(role, nobody.tags)) doubts.push(`the evaluator denies it: ${told}`);
  }
  const denied = whole ? await ask(tenantDenied(role, ids), 'the trust and ids') : undefined;
  if (denied !== undefined) doubts.push(`${role.path}: the trust denies the tenant ${JSON.stringify(denied.tags)}`);
  return { questions, counterexamples, ownReached, indexWritesDenied, indexWritesOpen, doubts };
}

/** The lemma that all claims use: no id has a separator. */
export async function idsAreSeparatorFree(solver: Solver, ids: string): Promise<boolean> {
  return (await solver.ask(idWithSeparator(ids))).answer === 'unsat';
}

/** A KMS key has no owner: a service that the permission names may use it. */
async function keyUsed(role: TenantRole, platform: Platform, access: Parameters<ReturnType<typeof permitted>>[0]) {
  const service = permitted(role)(access).services[0];
  const request = { action: access.action, resource: access.resource, context: { 'kms:ViaService': service } };
  return crosses(ownersOf(request, platform), 'tenant') ? undefined : { tags: { [role.tag]: 'tenant' }, request };
}
