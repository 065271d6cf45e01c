import type { IAccessTokenIssuer } from '../core';
import type { Problems } from '../core/private/problems';
import type { ITenantDirectory } from '../tenant-directory';
import type { ITenantUserPool } from '../tenant-user-pool';

/** What an API and the issuer of its tokens must agree on. */
export interface IssuedTo {
  readonly directory: ITenantDirectory;
  readonly issuer: IAccessTokenIssuer;
}

/**
 * Reports a TenantUserPool whose tokens the API would reject, or whose users the API's onboarding would enroll where the pool doesn't look: also where
 * its pool is given as `AccessTokenIssuer.fromUserPool`. Of other pools, nothing is known.
 */
export function checkIssuer(problems: Problems, { directory, issuer }: IssuedTo): void {
  const pool = [issuer, issuer.userPool.node.scope].find(isTenantUserPool);
  if (pool === undefined) return;
  const of = `as of ${pool.node.path}`;
  for (const claim of ['tenantClaim', 'tierClaim'] as const) {
    if (issuer[claim] !== pool[claim]) problems.add(`issuer.${claim}`, issuer[claim], `${pool[claim]}, which that pool's tokens have`);
  }
  // Imported twice, a directory is two objects and one table.
  if (pool.directory.table.tableName !== directory.table.tableName) {
    problems.add('directory', directory, `${pool.directory.node.path}, ${of}: its tokens go by that one`);
    return;
  }
  const { tenancy } = directory;
  if (pool.directory.tenancy.noun !== tenancy.noun) {
    problems.add('directory.tenancy.noun', tenancy.noun, `${pool.directory.tenancy.noun}, ${of}`);
  }
  const [mine, its] = [tenancy, pool.directory.tenancy].map(({ tiers }) => tiers.map(({ name }) => name));
  const unknown = its.filter((name) => !mine.includes(name));
  if (unknown.length > 0) {
    problems.add(
      'directory.tenancy.tiers',
      mine,
      `${unknown.join(', ')} among them, ${of}: the API rejects a token of a tier that it doesn't know`,
    );
  }
  const unissued = mine.filter((name) => !its.includes(name));
  if (unissued.length > 0) {
    problems.add('directory.tenancy.tiers', mine, `no ${unissued.join(', ')}, ${of} [${its.join(', ')}]: nobody of that tier gets a token`);
  }
}

/** By what it has and not by its class: an imported one is of another. */
function isTenantUserPool(candidate: object | undefined): candidate is ITenantUserPool {
  return candidate !== undefined && 'directory' in candidate && 'tenantClaim' in candidate && 'userPool' in candidate;
}
