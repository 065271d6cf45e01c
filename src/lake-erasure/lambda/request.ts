import { isTenantId, TENANT_ID_PATTERN } from '../../runtime/tenant-id';

/** Items that are erased: one, those whose sort keys begin with a text, all of a partition, or all of a tenant. */
export interface ErasedItems {
  /** Begins with the tenant and `#`. */
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly sortKeyPrefix?: string;
  readonly wholePartition?: true;
  /** All partitions whose keys begin with `partitionKey`, which is the tenant's id and `#`. Set for `"items":"all"` only. */
  readonly wholeTenant?: true;
}

/** A request of an operator. */
export interface ErasureRequest {
  readonly tenant: string;
  readonly items: readonly ErasedItems[];
  /** Who asked: the number of a ticket, rather than a name. */
  readonly requestedBy: string;
  readonly reason: string;
}

const FIELDS = ['tenant', 'items', 'requestedBy', 'reason'];
/** In place of a list of items. */
const ALL = 'all';
const ITEM_FIELDS = ['partitionKey', 'sortKey', 'sortKeyPrefix', 'wholePartition'];
/** A query names each of them, and Athena accepts 256 KB ("Service Quotas", query string length). */
const MOST_ITEMS = 25;
/** Documented: "Constraints in Amazon DynamoDB", in bytes. */
const LONGEST_KEYS = { partitionKey: 2_048, sortKey: 1_024, sortKeyPrefix: 1_024 };
const LONGEST_TEXT = 1_000;

/**
 * Validates an event as a request. Messages never quote keys, because Lambda logs them.
 *
 * `"items":"all"` selects everything that the lake has of the tenant.
 *
 * @param hasSortKey whether items of the table have a sort key
 * @returns undefined for `{"continue":true}`, which goes on with all open erasures
 * @throws with the field and what is expected
 */
export function readRequest(event: unknown, hasSortKey: boolean): ErasureRequest | undefined {
  const request = objectOf('the event', event);
  if (request.continue === true && Object.keys(request).length === 1) return undefined;
  only('', request, FIELDS);
  const { tenant, items } = request;
  if (!isTenantId(tenant)) throw wrong('tenant', `match ${TENANT_ID_PATTERN}`);
  if (items === ALL) {
    checkTexts(request);
    return { ...(event as ErasureRequest), items: [{ partitionKey: `${tenant}#`, wholeTenant: true }] };
  }
  if (!Array.isArray(items) || items.length === 0 || items.length > MOST_ITEMS)
    throw wrong('items', `be a list of 1 to ${MOST_ITEMS} entries, or ${ALL}`);
  items.forEach((entry, position) => {
    checkItems(`items[${position}]`, objectOf(`items[${position}]`, entry), tenant, hasSortKey);
  });
  checkTexts(request);
  return event as ErasureRequest;
}

function checkTexts({ requestedBy, reason }: Record<string, unknown>): void {
  for (const [name, value] of Object.entries({ requestedBy, reason })) {
    if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST_TEXT) {
      throw wrong(name, `be a text of 1 to ${LONGEST_TEXT} characters`);
    }
  }
}

function checkItems(where: string, entry: Record<string, unknown>, tenant: string, hasSortKey: boolean): void {
  only(`${where}.`, entry, ITEM_FIELDS);
  const { partitionKey } = entry;
  if (typeof partitionKey !== 'string' || !partitionKey.startsWith(`${tenant}#`) || partitionKey === `${tenant}#`) {
    throw wrong(`${where}.partitionKey`, 'be a key that begins with the tenant and #');
  }
  for (const [name, longest] of Object.entries(LONGEST_KEYS)) {
    const value = entry[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > longest) {
      throw wrong(`${where}.${name}`, `be a text of 1 to ${longest} bytes`);
    }
  }
  const chosen = ITEM_FIELDS.slice(1).filter((name) => entry[name] !== undefined);
  if (!hasSortKey) {
    if (chosen.length > 0) throw wrong(`${where}.${chosen[0]}`, 'be omitted: items of this table have no sort key');
    return;
  }
  if (entry.wholePartition !== undefined && entry.wholePartition !== true) throw wrong(`${where}.wholePartition`, 'be true or be omitted');
  // A partition can hold the items of many people, so that all of it is never a default.
  if (chosen.length !== 1) throw wrong(where, 'have exactly one of sortKey, sortKeyPrefix and wholePartition: true');
}

function objectOf(where: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(where, 'be an object');
}

/** Names of fields may be quoted, because they are compared with those that exist; the others are counted. */
function only(where: string, object: Record<string, unknown>, fields: readonly string[]): void {
  const others = Object.keys(object).filter((name) => !fields.includes(name));
  if (others.length > 0) throw wrong(`${where}*`, `be ${fields.join(', ')}: ${others.length} other fields are there`);
}

function wrong(field: string, right: string): Error {
  return Object.assign(new Error(`${field} must ${right}`), { name: 'InvalidRequest' });
}
