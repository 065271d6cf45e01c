import { quotedText } from '../../../runtime/log-line';
import { isTenantId, TENANT_ID_PATTERN } from '../../../runtime/tenant-id';

/** A request of an operator. */
export type OnboardingRequest =
  | { readonly action: 'onboard'; readonly tenants: readonly Newcomer[] }
  | { readonly action: 'move'; readonly tenants: readonly { readonly tenant: string; readonly tier: string }[] }
  | { readonly action: 'suspend' | 'resume' | 'offboard'; readonly tenants: readonly { readonly tenant: string }[] }
  | { readonly action: 'members'; readonly tenants: readonly { readonly tenant: string; readonly after?: string }[] }
  | { readonly action: 'enroll'; readonly members: readonly Member[] }
  | { readonly action: 'withdraw'; readonly members: readonly Omit<Member, 'roles'>[] };

/** A tenant to be onboarded. */
export interface Newcomer {
  readonly tenant: string;
  readonly tier: string;
  /** The customer that the id belongs to: an id of the operator's own records. */
  readonly customer?: string;
}

export interface Member {
  /** The user's `sub`. */
  readonly user: string;
  readonly tenant: string;
  readonly roles?: readonly string[];
}

/** Maximum length of what an error quotes, in characters: Lambda logs the error, and a request can have megabytes. */
const LONGEST_QUOTE = 200;

const ON_TENANTS = {
  onboard: ['tenant', 'tier', 'customer'],
  move: ['tenant', 'tier'],
  suspend: ['tenant'],
  resume: ['tenant'],
  offboard: ['tenant'],
  members: ['tenant', 'after'],
};
const ON_MEMBERS = { enroll: ['user', 'tenant', 'roles'], withdraw: ['user', 'tenant'] };

/**
 * Validates an event as a request. A request with any invalid part is not executed at all.
 *
 * @throws with the field, its value and what is expected
 */
export function readRequest(event: unknown, tiers: readonly string[]): OnboardingRequest {
  const { action, ...rest } = objectOf('the event', event);
  const actions = { ...ON_TENANTS, ...ON_MEMBERS };
  if (typeof action !== 'string' || !Object.hasOwn(actions, action)) throw wrong('action', action, `be ${Object.keys(actions).join(', ')}`);
  const fields: readonly string[] = actions[action as keyof typeof actions];
  const list = Object.hasOwn(ON_TENANTS, action) ? 'tenants' : 'members';
  for (const name of Object.keys(rest)) if (name !== list) throw wrong(name, rest[name], `be omitted: ${action} takes only ${list}`);
  const entries = rest[list];
  if (!Array.isArray(entries) || entries.length === 0) throw wrong(list, entries, 'be a non-empty list');
  if (action === 'members' && entries.length > 1)
    throw wrong(list, entries, 'be a list of one tenant, whose members are returned page by page');
  entries.forEach((entry, position) => {
    checkEntry(`${list}[${position}]`, objectOf(`${list}[${position}]`, entry), fields, tiers);
  });
  return event as OnboardingRequest;
}

function checkEntry(where: string, entry: Record<string, unknown>, fields: readonly string[], tiers: readonly string[]): void {
  for (const name of Object.keys(entry)) if (!fields.includes(name)) throw wrong(`${where}.${name}`, entry[name], 'be omitted');
  if (!isTenantId(entry.tenant)) throw wrong(`${where}.tenant`, entry.tenant, `match ${TENANT_ID_PATTERN}`);
  if (fields.includes('tier') && !tiers.includes(entry.tier as string))
    throw wrong(`${where}.tier`, entry.tier, `be ${tiers.join(' or ')}`);
  if (fields.includes('user') && !isUser(entry.user)) throw wrong(`${where}.user`, entry.user, USER_FORMAT);
  if (entry.after !== undefined && !isUser(entry.after)) throw wrong(`${where}.after`, entry.after, USER_FORMAT);
  if (entry.customer !== undefined && (typeof entry.customer !== 'string' || !/^[ -~]{1,128}$/.test(entry.customer)))
    throw wrong(`${where}.customer`, entry.customer, 'be 1 to 128 characters of printable ASCII');
  const { roles } = entry;
  if (roles !== undefined && (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string' && /^[\w-]{1,64}$/.test(role)))) {
    throw wrong(`${where}.roles`, roles, 'be a list of words of letters, digits, _ and -');
  }
}

const USER_FORMAT = "be the sub of a user: 1 to 128 characters of printable ASCII without '#'";

function isUser(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]{1,128}$/.test(value) && !value.includes('#');
}

function objectOf(where: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(where, value, 'be an object');
}

function wrong(field: string, value: unknown, right: string): Error {
  const quoted = (text: string) => quotedText(text, LONGEST_QUOTE);
  const message = `${quoted(field)} is ${quoted(shown(value))}; it must ${right}`;
  return Object.assign(new Error(message), { name: 'InvalidRequest' });
}

/** Longest list that an error shows. */
const MOST_SHOWN = 10;

/** The text of a value for an error. The content of objects is not shown, because an event can have 6 MB. */
function shown(value: unknown): string {
  const isStructure = (some: unknown) => typeof some === 'object' && some !== null;
  if (Array.isArray(value)) return value.length > MOST_SHOWN || value.some(isStructure) ? 'a list' : JSON.stringify(value);
  return isStructure(value) ? 'an object' : (JSON.stringify(value) ?? 'not set');
}
