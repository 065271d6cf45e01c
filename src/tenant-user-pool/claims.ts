import type { Tenancy } from '../tenancy';

/** Claim of the name of the tenant's tier. */
export const TIER_CLAIM = 'custom:tier';

/** Claim of the tenant's id. Without `custom:` it is also the name of an attribute of the pool. */
export function tenantClaim({ noun }: Tenancy): string {
  return `custom:${noun}_id`;
}
