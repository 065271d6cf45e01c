import { casesOf, openingsOf } from './cases';
import { isAllowed, isOpened } from './evaluate';
import { crosses, ownersOf } from './owners';
import type { Platform, TenantRole } from './platform';
import { type Attempt, attempts } from './random';
import { stsTakes } from './services';

/** The result of evaluating cases. */
export interface Findings {
  requests: number;
  ownAllowed: number;
  ownDenied: number;
  crossAllowed: number;
  /** One line for each wrong outcome, breaches first. */
  readonly breaches: string[];
  readonly surprises: string[];
}

/** Evaluates all cases of a role: opening sessions, and their requests. */
export function examineCases(role: TenantRole, platform: Platform): Findings {
  const found: Findings = { requests: 0, ownAllowed: 0, ownDenied: 0, crossAllowed: 0, breaches: [], surprises: [] };
  for (const { name, tags, expected } of openingsOf(role)) {
    found.requests += 1;
    // STS validates the value before it evaluates a policy.
    const opened = Object.values(tags).every(stsTakes) && isOpened(role, tags);
    if (opened === (expected === 'allowed')) continue;
    (opened ? found.breaches : found.surprises).push(line(role, opened, `a session with ${name} ${JSON.stringify(tags)}`));
  }
  for (const { name, tags, requests, expected } of casesOf(role, platform)) {
    const allowed = requests.map((request) => isAllowed(role, tags, request)).every(Boolean);
    found.requests += requests.length;
    if (allowed === (expected === 'allowed')) {
      found.ownAllowed += allowed ? 1 : 0;
      continue;
    }
    const crossing = allowed && requests.some((request) => crosses(ownersOf(request, platform), tags[role.tag]));
    found.crossAllowed += crossing ? 1 : 0;
    found.ownDenied += allowed ? 0 : 1;
    (crossing ? found.breaches : found.surprises).push(line(role, allowed, `${name}, tags ${JSON.stringify(tags)}, ${asked(requests)}`));
  }
  return found;
}

/** Evaluates random requests of random tenants. Whose data each one reaches follows from the data layout alone. */
export function examineRandom(
  roles: readonly TenantRole[],
  platform: Platform,
  { count, seed }: { readonly count: number; readonly seed: number },
  progress: (done: number) => void = () => {},
): Findings {
  const found: Findings = { requests: 0, ownAllowed: 0, ownDenied: 0, crossAllowed: 0, breaches: [], surprises: [] };
  const next = attempts(roles, platform, seed);
  for (let number = 0; number < count; number++) {
    const { role, tags, request, mustReachOwn }: Attempt = next();
    const allowed = isAllowed(role, tags, request);
    const owners = ownersOf(request, platform);
    const tenant = tags[role.tag];
    const crossing = crosses(owners, tenant);
    const own = !crossing && owners.tenants.length > 0 && tenant !== '';
    found.requests += 1;
    if (allowed && crossing) {
      found.crossAllowed += 1;
      found.breaches.push(line(role, allowed, `tags ${JSON.stringify(tags)}, ${asked([request])}`));
    } else if (own && mustReachOwn) {
      found.ownAllowed += allowed ? 1 : 0;
      found.ownDenied += allowed ? 0 : 1;
      if (!allowed) found.surprises.push(line(role, allowed, `tags ${JSON.stringify(tags)}, ${asked([request])}`));
    }
    if (number % 500 === 0) progress(number);
  }
  progress(count);
  return found;
}

export function sum(parts: readonly Findings[]): Findings {
  const add = (of: (findings: Findings) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    requests: add(({ requests }) => requests),
    ownAllowed: add(({ ownAllowed }) => ownAllowed),
    ownDenied: add(({ ownDenied }) => ownDenied),
    crossAllowed: add(({ crossAllowed }) => crossAllowed),
    breaches: parts.flatMap(({ breaches }) => breaches),
    surprises: parts.flatMap(({ surprises }) => surprises),
  };
}

function line(role: TenantRole, allowed: boolean, what: string): string {
  return `${allowed ? 'ALLOWED' : 'DENIED '} | ${role.path} | ${what}`;
}

function asked(requests: readonly { action: string; resource: string; context: object }[]): string {
  return requests.map(({ action, resource, context }) => `${action} ${resource} ${JSON.stringify(context)}`).join(' and ');
}
