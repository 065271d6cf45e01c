import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environment } from '../core/environment';
import { writeLines } from '../core/log-line';
import type { AuthorizerEvent } from './lambda/authorization-header';
import { type Authorization, type AuthorizerWorld, authorize } from './lambda/authorize';
import { createSecret, readSecret } from './lambda/secret';
import { createVerifier } from './lambda/verifier';

/** For the secret, its retry included, in milliseconds: asked twice, it ends with a line in the log before the function is ended. */
const PATIENCE = 2_500;

const verifier = createVerifier({ userPoolId: environment('USER_POOL_ID'), clientIds: JSON.parse(environment('CLIENT_IDS')) });
const secret = createSecret(readSecret(new SecretsManagerClient({ maxAttempts: 2 }), environment('SECRET_ARN'), PATIENCE));

const world: AuthorizerWorld = {
  verify: verifier.verify,
  secret,
  tenantClaim: environment('TENANT_CLAIM'),
  tierClaim: environment('TIER_CLAIM'),
  tiers: JSON.parse(environment('TIERS')),
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'authorizer',
  now: Date.now,
  log: (line) => writeLines(line),
};

// Both at once, while the environment starts. One that was started in advance is frozen meanwhile, and what it waited for is lost: the first request
// asks again for what failed here, and is told.
const prepared = Promise.allSettled([verifier.prepare(), secret()]);

export async function handler(event: AuthorizerEvent): Promise<Authorization> {
  await prepared;
  return authorize(event, world);
}
