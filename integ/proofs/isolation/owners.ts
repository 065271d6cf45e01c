import type { Request } from './evaluate';
import type { Platform } from './platform';
import { TELLS } from './services';
import { factsOf, globMatches } from './statements';

/** Whose data a request reaches if it is allowed. `everyone`: nothing in it keeps it to one tenant. */
export interface Owners {
  readonly everyone: boolean;
  readonly tenants: readonly string[];
}

const NOBODY: Owners = { everyone: false, tenants: [] };
const EVERYONE: Owners = { everyone: true, tenants: [] };

/**
 * Whose data a request reaches, by how the data is laid out and not by any policy:
 *
 * - an item is of the tenant whose id stands before the `#` of its partition key, in an index of the index's partition key. What stands there
 *   and is no id counts as somebody else, too;
 * - an object is of the tenant whose id stands behind one of its bucket's layouts, up to the `/`;
 * - names of objects are of everyone where the asked prefix ends before the `/`;
 * - a KMS key alone opens nothing of anybody when DynamoDB or S3 uses it in the caller's name, since they ask for the data too; in the
 *   caller's own hands it opens what it encrypts.
 */
export function ownersOf(request: Request, platform: Platform): Owners {
  const facts = factsOf(request.action);
  if (facts === undefined) return EVERYONE;
  const told = TELLS[facts.reach] === undefined ? undefined : request.context[TELLS[facts.reach] ?? ''];
  const values = told === undefined ? [] : [told].flat();
  const bucket = platform.buckets.find(({ arn }) => request.resource === arn || request.resource.startsWith(`${arn}/`));
  switch (facts.reach) {
    case 'items':
      return values.length === 0 ? EVERYONE : { everyone: false, tenants: values.flatMap(before('#')) };
    case 'objects':
      return { everyone: false, tenants: ownersOfObject(request.resource.slice((bucket?.arn ?? '').length + 1), bucket?.layouts ?? []) };
    case 'names':
      return values.length === 0
        ? EVERYONE
        : (bucket?.layouts ?? []).map((layout) => ownersOfNames(values[0], layout)).reduce(both, NOBODY);
    case 'key':
      return values.length === 1 && usesKeys(platform.region).includes(values[0]) ? NOBODY : EVERYONE;
  }
}

/** The services that ask for the data beside the key. */
export function usesKeys(region: string): string[] {
  return [`dynamodb.${region}.amazonaws.com`, `s3.${region}.amazonaws.com`];
}

/** Whether a request would reach data of another tenant, or of more than one. */
export function crosses(owners: Owners, tenant: string | undefined): boolean {
  return owners.everyone || owners.tenants.some((owner) => owner !== tenant);
}

/** Every tenant that a name can be read as, should a layout be ambiguous. */
function ownersOfObject(name: string, layouts: readonly string[]): string[] {
  const starts = Array.from({ length: name.length + 1 }, (_, position) => position);
  return layouts.flatMap((layout) =>
    starts.filter((start) => globMatches(layout, name.slice(0, start))).flatMap((start) => before('/')(name.slice(start))),
  );
}

function ownersOfNames(prefix: string, layout: string): Owners {
  if (layout.includes('*')) return EVERYONE;
  if (prefix.length <= layout.length) return globMatches(layout.slice(0, prefix.length), prefix) ? EVERYONE : NOBODY;
  if (!globMatches(layout, prefix.slice(0, layout.length))) return NOBODY;
  const rest = prefix.slice(layout.length);
  return rest.includes('/') ? { everyone: false, tenants: before('/')(rest) } : EVERYONE;
}

function both(one: Owners, other: Owners): Owners {
  return { everyone: one.everyone || other.everyone, tenants: [...one.tenants, ...other.tenants] };
}

function before(separator: string): (text: string) => string[] {
  return (text) => (text.indexOf(separator) > 0 ? [text.slice(0, text.indexOf(separator))] : []);
}
