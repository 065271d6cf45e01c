import type { IAccessTokenIssuer } from '../core';
import type { Problems } from '../core/private/problems';
import type { ITenantDirectory } from '../tenant-directory';
import type { ITenantUserPool } from '../tenant-user-pool';

/** The props of an API that must match the issuer of its tokens. */
export interface IssuedTo {
  readonly directory: ITenantDirectory;
  readonly issuer: IAccessTokenIssuer;
}

/**
 * Reports a TenantUserPool whose tokens the API would reject, or whose directory differs from the one that the API's onboarding writes,
 * also if its pool is given as `AccessTokenIssuer.fromUserPool`. Nothing can be checked for other pools.
 */
export function checkIssuer(problems: Problems, { directory, issuer }: IssuedTo): void {
  const pool = [issuer, issuer.userPool.node.scope].find(isTenantUserPool);
  if (pool === undefined) return;
  const of = `as in ${pool.node.path}`;
  for (const claim of ['tenantClaim', 'tierClaim'] as const) {
    if (issuer[claim] !== pool[claim])
      problems.add(`issuer.${claim}`, issuer[claim], `${pool[claim]}, the claim in the tokens of that pool`);
  }
  // A directory that is imported twice is two objects with one table.
  if (pool.directory.table.tableName !== directory.table.tableName) {
    problems.add('directory', directory, `${pool.directory.node.path}, ${of}: its tokens are made from that directory`);
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
      `${unknown.join(', ')} among them, ${of}: the API rejects tokens of a tier that it does not have`,
    );
  }
  const unissued = mine.filter((name) => !its.includes(name));
  if (unissued.length > 0) {
    problems.add(
      'directory.tenancy.tiers',
      mine,
      `no ${unissued.join(', ')}, ${of} [${its.join(', ')}]: no user of that tier gets a token`,
    );
  }
}

/** Checks for members and not for the class, because an imported pool is of another class. */
function isTenantUserPool(candidate: object | undefined): candidate is ITenantUserPool {
  return candidate !== undefined && 'directory' in candidate && 'tenantClaim' in candidate && 'userPool' in candidate;
}
