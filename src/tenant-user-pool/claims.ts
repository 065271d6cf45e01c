import type { Tenancy } from '../tenancy';

/** The name of the tenant's tier. */
export const TIER_CLAIM = 'custom:tier';

/** The tenant's id, also an attribute of the pool without `custom:`. */
export function tenantClaim({ noun }: Tenancy): string {
  return `custom:${noun}_id`;
}
