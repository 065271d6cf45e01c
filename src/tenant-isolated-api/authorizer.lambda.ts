import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environment } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import type { AuthorizerEvent } from './lambda/authorization-header';
import { type Authorization, type AuthorizerDependencies, authorize } from './lambda/authorize';
import { createSecret, readSecret } from './lambda/secret';
import { createVerifier } from './lambda/verifier';

/**
 * Includes the retry. Together with two waits for the keys of the pool, it is shorter than the function's timeout, so that every request is
 * logged.
 */
const SECRET_TIMEOUT_MS = 2_500;

const verifier = createVerifier({ userPoolId: environment('USER_POOL_ID'), clientIds: JSON.parse(environment('CLIENT_IDS')) });
const secret = createSecret(readSecret(new SecretsManagerClient({ maxAttempts: 2 }), environment('SECRET_ARN'), SECRET_TIMEOUT_MS));

const dependencies: AuthorizerDependencies = {
  verify: verifier.verify,
  secret,
  tenantClaim: environment('TENANT_CLAIM'),
  tierClaim: environment('TIER_CLAIM'),
  tiers: JSON.parse(environment('TIERS')),
  routeScopes: JSON.parse(process.env.ROUTE_SCOPES ?? '{}'),
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'authorizer',
  now: Date.now,
  log: (line) => writeLines(line),
};

// Both start while the execution environment initializes. A request waits for what is still in progress, and repeats what failed.
void Promise.allSettled([verifier.prepare(), secret()]);

export const handler = (event: AuthorizerEvent): Promise<Authorization> => authorize(event, dependencies);
