import type { Request } from './evaluate';
import { FILE, type Platform } from './platform';
import { TELLS } from './services';
import { factsOf, globMatches } from './statements';

/** Whose data a request reaches if it is allowed. `everyone`: nothing limits it to one tenant. */
export interface Owners {
  readonly everyone: boolean;
  readonly tenants: readonly string[];
}

const NOBODY: Owners = { everyone: false, tenants: [] };
const EVERYONE: Owners = { everyone: true, tenants: [] };

/**
 * Whose data a request reaches, according to the data layout and not to any policy:
 *
 * - an item belongs to the tenant whose id is before the `#` of its partition key, or of the index's partition key. Anything else before
 * the `#` also counts as somebody else;
 * - an object belongs to the tenant whose id follows one of its bucket's layouts, up to the `/`;
 * - a file belongs to the tenant whose id follows one of its bucket's patterns of files, and is all of its name before
 * `.json`;
 * - an object in a folder that is not divided by tenants belongs to everyone;
 * - object names belong to everyone if the requested prefix ends before the `/` or `.json`, or could list such a folder;
 * - a KMS key gives access to nobody's data when DynamoDB or S3 uses it for the caller, because they authorize the data access too. Used
 * directly by the caller, it gives access to everything that it encrypts.
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
    case 'objects': {
      const name = request.resource.slice((bucket?.arn ?? '').length + 1);
      if (bucket?.common.some((folder) => name.startsWith(folder))) return EVERYONE;
      return {
        everyone: false,
        tenants: [...ownersOfObject(name, bucket?.layouts ?? []), ...ownersOfFile(name, bucket?.files ?? [])],
      };
    }
    case 'names':
      return values.length === 0 || bucket?.common.some((folder) => values[0].startsWith(folder) || folder.startsWith(values[0]))
        ? EVERYONE
        : [
            ...(bucket?.layouts ?? []).map((layout) => ownersOfNames(values[0], layout, '/')),
            ...(bucket?.files ?? []).map((layout) => ownersOfNames(values[0], layout, FILE)),
          ].reduce(both, NOBODY);
    case 'key':
      return values.length === 1 && usesKeys(platform.region).includes(values[0]) ? NOBODY : EVERYONE;
  }
}

/** The services that authorize the data access in addition to the key. */
export function usesKeys(region: string): string[] {
  return [`dynamodb.${region}.amazonaws.com`, `s3.${region}.amazonaws.com`];
}

/** Whether a request would reach data of another tenant, or of several tenants. */
export function crosses(owners: Owners, tenant: string | undefined): boolean {
  return owners.everyone || owners.tenants.some((owner) => owner !== tenant);
}

/** Every tenant that a name could belong to, in case a layout is ambiguous. */
function ownersOfObject(name: string, layouts: readonly string[]): string[] {
  const starts = Array.from({ length: name.length + 1 }, (_, position) => position);
  return layouts.flatMap((layout) =>
    starts.filter((start) => globMatches(layout, name.slice(0, start))).flatMap((start) => before('/')(name.slice(start))),
  );
}

function ownersOfFile(name: string, files: readonly string[]): string[] {
  if (!name.endsWith(FILE)) return [];
  const within = files.filter((layout) => globMatches(layout, name.slice(0, layout.length)));
  return within.map((layout) => name.slice(layout.length, -FILE.length)).filter((owner) => owner !== '');
}

function ownersOfNames(prefix: string, layout: string, separator: string): Owners {
  if (layout.includes('*')) return EVERYONE;
  if (prefix.length <= layout.length) return globMatches(layout.slice(0, prefix.length), prefix) ? EVERYONE : NOBODY;
  if (!globMatches(layout, prefix.slice(0, layout.length))) return NOBODY;
  const rest = prefix.slice(layout.length);
  return rest.includes(separator) ? { everyone: false, tenants: before(separator)(rest) } : EVERYONE;
}

function both(one: Owners, other: Owners): Owners {
  return { everyone: one.everyone || other.everyone, tenants: [...one.tenants, ...other.tenants] };
}

function before(separator: string): (text: string) => string[] {
  return (text) => (text.indexOf(separator) > 0 ? [text.slice(0, text.indexOf(separator))] : []);
}
