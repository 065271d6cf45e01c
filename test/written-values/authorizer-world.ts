import type { AuthorizerWorld } from '../../src/tenant-isolated-api/lambda/authorize';

/** What the authorizer needs, with what a test is about; without a pool, whose tokens other tests are about. */
export function authorizerWorld(about: Pick<AuthorizerWorld, 'verify'> & Partial<AuthorizerWorld>): AuthorizerWorld {
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
