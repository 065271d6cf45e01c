import { quotedText } from '../../../runtime/log-line';
import { isTenantId, TENANT_ID_PATTERN } from '../../../runtime/tenant-id';

/** What a TenantRemoval asks for. */
export interface RemovalRequest {
  /** `count` changes nothing. */
  readonly action: 'count' | 'remove';
  readonly tenant: string;
}

const FIELDS = ['action', 'tenant'];

/**
 * Reads `{"action":"remove","tenant":"north-high"}`.
 *
 * @throws with the field and what is expected
 */
export function readRemovalRequest(event: unknown): RemovalRequest {
  if (typeof event !== 'object' || event === null) throw new Error('invalid event: expected an object with action and tenant');
  const fields = event as Readonly<Record<string, unknown>>;
  const { action, tenant } = fields;
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw new Error(`invalid field ${quotedText(unknown, 40)}: expected only ${FIELDS.join(', ')}`);
  if (action !== 'count' && action !== 'remove') throw new Error('invalid action: expected count or remove');
  if (!isTenantId(tenant)) throw new Error(`invalid tenant: expected one that matches ${TENANT_ID_PATTERN}`);
  return { action, tenant };
}
