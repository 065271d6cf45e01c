import { isTenantId, TENANT_ID_PATTERN } from '../../runtime/tenant-id';

/** Who asked for a removal, and why. */
export interface Grounds {
  /** The number of a ticket, rather than a name. */
  readonly requestedBy: string;
  readonly reason: string;
}

/** A request of an operator. */
export type RemovalRequest =
  | { readonly action: 'count'; readonly tenant: string }
  | ({ readonly action: 'remove'; readonly tenant: string } & Grounds);

const FIELDS = { count: ['action', 'tenant'], remove: ['action', 'tenant', 'requestedBy', 'reason'] };
const LONGEST_TEXT = 1_000;

/**
 * Validates an event as a request.
 *
 * @returns undefined for `{"continue":true}`, which continues all that are open
 * @throws with the field and what is expected
 */
export function readRequest(event: unknown): RemovalRequest | undefined {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw invalidRequest('the event must be an object');
  const request = event as Record<string, unknown>;
  if (request.continue === true && Object.keys(request).length === 1) return undefined;
  const { action, tenant } = request;
  if (action !== 'count' && action !== 'remove') throw invalidRequest('action must be count or remove');
  const others = Object.keys(request).filter((name) => !FIELDS[action].includes(name));
  if (others.length > 0)
    throw invalidRequest(`the fields of ${action} are ${FIELDS[action].join(', ')}: ${others.length} others are there`);
  if (!isTenantId(tenant)) throw invalidRequest(`tenant must match ${TENANT_ID_PATTERN}`);
  if (action === 'count') return { action, tenant };
  return { action, tenant, requestedBy: textOf(request, 'requestedBy'), reason: textOf(request, 'reason') };
}

/** An error that Lambda reports as `InvalidRequest`. */
export function invalidRequest(message: string): Error {
  return Object.assign(new Error(message), { name: 'InvalidRequest' });
}

function textOf(request: Record<string, unknown>, name: keyof Grounds): string {
  const value = request[name];
  if (typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT) return value;
  throw invalidRequest(`${name} must be a text of 1 to ${LONGEST_TEXT} characters`);
}
