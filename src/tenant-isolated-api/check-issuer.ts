import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import { refuse } from '../core/private/base/refuse';
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
    if (issuer[claim] !== pool[claim]) refuse(scope, `issuer.${claim}`, issuer[claim], `be ${pool[claim]}, which that pool's tokens have`);
  }
  if (pool.tenancy.tenant !== tenancy.tenant) refuse(scope, 'tenancy.tenant', tenancy.tenant, `be ${pool.tenancy.tenant}, ${of}`);
  if (pool.directory !== directory)
    refuse(scope, 'directory', directory, `be ${pool.directory.node.path}, ${of}: its tokens go by that one`);
  const [mine, its] = [tenancy, pool.tenancy].map(({ tiers }) => tiers.map(({ name }) => name));
  const unknown = its.find((name) => !mine.includes(name));
  if (unknown !== undefined) {
    refuse(scope, 'tenancy.tiers', mine, `have ${unknown}, ${of}: the API rejects a token of a tier that it doesn't know`);
  }
  const unissued = mine.find((name) => !its.includes(name));
  if (unissued !== undefined) {
    refuse(scope, 'tenancy.tiers', mine, `not have ${unissued}, ${of} [${its.join(', ')}]: nobody of that tier gets a token`);
  }
}
