import { globMatches } from '../isolation/statements';

/** What a principal of an app is meant to reach, and why. */
export interface ExpectedReach {
  /** Its construct path, `everybody`, a service or an ARN. `*` stands for any text here and in the other parts. */
  readonly principal: string;
  /** The construct path of a resource, with ` index <name>` or ` stream`. */
  readonly on: string | readonly string[];
  readonly actions: readonly string[];
  /** How the keys of items or the names of objects must begin. @default - any */
  readonly within?: readonly string[];
  /** The only attributes of items that it may read: the request must select attributes, and name no others. @default - all */
  readonly attributes?: readonly string[];
  /** All that the request must say of where it comes from, for a service that acts for many accounts. @default - anything */
  readonly from?: readonly Origin[];
  readonly why: string;
}

/** Whether a row declares all requests of its actions. */
export function isUnlimited({ within, attributes, from }: ExpectedReach): boolean {
  return within === undefined && attributes === undefined && from === undefined;
}

/** A condition key, and how its value must begin: `{account}` and `{region}` are those of the assembly. */
export interface Origin {
  readonly key: string;
  readonly begins: string;
}

/** An index of tenants' items whose partition key has the tenant before its `#`, although it is not the table's key. */
export interface TenantIndex {
  /** `App/Data/Table index by-course` */
  readonly index: string;
  readonly why: string;
}

/** All that principals of an app may reach besides their own tenant's data. Anything else is a finding. */
export interface Expected {
  readonly reach: readonly ExpectedReach[];
  readonly tenantIndexes: readonly TenantIndex[];
}

export const NOTHING_EXPECTED: Expected = { reach: [], tenantIndexes: [] };

/** What is declared for an access. */
export function expectedFor({ reach }: Expected, principal: string, action: string, on: string): ExpectedReach[] {
  return reach.filter(
    (row) =>
      globMatches(row.principal, principal) &&
      [row.on].flat().some((pattern) => globMatches(pattern, on)) &&
      row.actions.some((pattern) => globMatches(pattern, action, 'i')),
  );
}

/**
 * Whether a request is declared.
 *
 * @param value the key of an item, the name of an object or the prefix of names; undefined if the request has none
 */
export function isExpected(expected: Expected, principal: string, action: string, on: string, value?: string): boolean {
  return expectedFor(expected, principal, action, on).some(
    (row) => isUnlimited(row) || (row.from === undefined && value !== undefined && row.within?.some((start) => value.startsWith(start))),
  );
}
