import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import { invalid } from '../core/private/base/invalid';
import type { Tenancy } from '../tenancy';
import type { TenantDirectory } from '../tenant-directory';
import { TenantUserPool } from '../tenant-user-pool';

/** What an API and the issuer of its tokens must agree on. */
export interface IssuedTo {
  readonly tenancy: Tenancy;
  readonly directory: TenantDirectory;
  readonly issuer: IAccessTokenIssuer;
}

/**
 * Rejects a TenantUserPool whose tokens the API would reject, or whose users the API's onboarding would enroll where the pool doesn't look: also where
 * its pool is given as `AccessTokenIssuer.fromUserPool`. Of other pools, nothing is known.
 */
export function checkIssuer(scope: IConstruct, { tenancy, directory, issuer }: IssuedTo): void {
  const pool = [issuer, issuer.userPool.node.scope].find((candidate) => candidate instanceof TenantUserPool);
  if (pool === undefined) return;
  const of = `as of ${pool.node.path}`;
  for (const claim of ['tenantClaim', 'tierClaim'] as const) {
    if (issuer[claim] !== pool[claim]) invalid(scope, `issuer.${claim}`, issuer[claim], `${pool[claim]}, which that pool's tokens have`);
  }
  if (pool.tenancy.tenant !== tenancy.tenant) invalid(scope, 'tenancy.tenant', tenancy.tenant, `${pool.tenancy.tenant}, ${of}`);
  if (pool.directory !== directory) invalid(scope, 'directory', directory, `${pool.directory.node.path}, ${of}: its tokens go by that one`);
  const [mine, its] = [tenancy, pool.tenancy].map(({ tiers }) => tiers.map(({ name }) => name));
  const unknown = its.find((name) => !mine.includes(name));
  if (unknown !== undefined) {
    invalid(scope, 'tenancy.tiers', mine, `${unknown} among them, ${of}: the API rejects a token of a tier that it doesn't know`);
  }
  const unissued = mine.find((name) => !its.includes(name));
  if (unissued !== undefined) {
    invalid(scope, 'tenancy.tiers', mine, `no ${unissued}, ${of} [${its.join(', ')}]: nobody of that tier gets a token`);
  }
}
