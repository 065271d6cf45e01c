import { isAllowed, isOpened } from '../isolation/evaluate';
import { crosses, ownersOf } from '../isolation/owners';
import type { Platform, TenantRole } from '../isolation/platform';
import { permitted } from '../isolation/targets';
import { claimsOf, idWithSeparator, indexClaims, openedToNobody, type Question, tenantDenied } from './claims';
import type { Solver } from './solver';

/** What the solver found about a role. */
export interface Proof {
  readonly questions: number;
  /** Requests that reach another tenant's data, or sessions that are no tenant's, each confirmed by the simulator. */
  readonly counterexamples: readonly string[];
  /** Accesses of which the solver found a request for own data, which the simulator allows as well; the proof is not about nothing. */
  readonly ownReached: number;
  /** Ways to give an own item the partition key of an index that no session has, and those that one has, for people. */
  readonly indexWritesDenied: number;
  readonly indexWritesOpen: readonly string[];
  /** Questions without an answer, answers that the simulator does not confirm, permissions that no tenant can use. */
  readonly doubts: readonly string[];
}

/**
 * Asks about every action on every resource: is there a session, tagged or not, and a request that it is allowed, that reaches the data of
 * another tenant? And about the trust: is there a session that is no single tenant's?
 *
 * @param options `ids`: the pattern of tenants' ids; `whole: false` leaves out what only a proof needs, and a counterexample does not: that
 * tenants reach their own data
 */
export async function prove(
  solver: Solver,
  role: TenantRole,
  platform: Platform,
  { ids, whole = true }: { readonly ids: string; readonly whole?: boolean },
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
        if (!isAllowed(role, tags, request)) doubts.push(`the simulator denies it: ${told}`);
        if (!crosses(ownersOf(request, platform), tags[role.tag])) doubts.push(`it is nobody else's: ${told}`);
      }
    }
    if (!whole || !named || access.facts.fills === 'never') continue;
    // Without this the proof would hold for policies that allow nothing.
    const reached = access.facts.reach === 'key' ? await keyUsed(role, platform, access) : await ask(own(ids), `${what}, own data`);
    if (reached === undefined) doubts.push(`${role.path}: ${what}: no tenant reaches its own data`);
    else if (!isAllowed(role, reached.tags, reached.request)) doubts.push(`the simulator denies own data: ${JSON.stringify(reached)}`);
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
      doubts.push(`the simulator denies it: ${JSON.stringify(given)}`);
  }

  const nobody = await ask(openedToNobody(role), 'the trust');
  if (nobody !== undefined) {
    const told = `${role.path}: the trust opens a session with ${JSON.stringify(nobody.tags)}`;
    counterexamples.push(told);
    if (!isOpened(role, nobody.tags)) doubts.push(`the simulator denies it: ${told}`);
  }
  const denied = whole ? await ask(tenantDenied(role, ids), 'the trust and ids') : undefined;
  if (denied !== undefined) doubts.push(`${role.path}: the trust denies the tenant ${JSON.stringify(denied.tags)}`);
  return { questions, counterexamples, ownReached, indexWritesDenied, indexWritesOpen, doubts };
}

/** The lemma beneath: no id has a separator. */
export async function idsAreSeparatorFree(solver: Solver, ids: string): Promise<boolean> {
  return (await solver.ask(idWithSeparator(ids))).answer === 'unsat';
}

/** A key has no owner: it is reached by a service that the permission names. */
async function keyUsed(role: TenantRole, platform: Platform, access: Parameters<ReturnType<typeof permitted>>[0]) {
  const service = permitted(role)(access).services[0];
  const request = { action: access.action, resource: access.resource, context: { 'kms:ViaService': service } };
  return crosses(ownersOf(request, platform), 'tenant') ? undefined : { tags: { [role.tag]: 'tenant' }, request };
}
