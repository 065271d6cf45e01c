import type { AuthorizerDependencies } from '../../src/tenant-isolated-api/lambda/authorize';

/** What the authorizer needs, with what a test is about; without a pool, whose tokens other tests are about. */
export function authorizerDependencies(
  about: Pick<AuthorizerDependencies, 'verify'> & Partial<AuthorizerDependencies>,
): AuthorizerDependencies {
  return {
    secret: async () => 'secret',
    tenantClaim: 'tenant',
    tierClaim: 'tier',
    tiers: ['standard'],
    routeScopes: {},
    functionName: 'authorizer',
    now: () => 1,
    log: () => undefined,
    ...about,
  };
}
