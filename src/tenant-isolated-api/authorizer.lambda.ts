import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import type { AuthorizerEvent } from './lambda/authorization-header';
import { type Authorization, type AuthorizerDependencies, authorize } from './lambda/authorize';
import { createSecret, readSecret } from './lambda/secret';
import { createVerifier } from './lambda/verifier';
import { AUTHORIZER_VARIABLES, type AuthorizerSettings } from './settings';

/**
 * Includes the retry. Together with two waits for the keys of the pool, it is shorter than the function's timeout, so that every request is
 * logged.
 */
const SECRET_TIMEOUT_MS = 2_500;

const settings = readSettings<AuthorizerSettings>(AUTHORIZER_VARIABLES);
const verifier = createVerifier({ userPoolId: settings.USER_POOL_ID, clientIds: settings.CLIENT_IDS });
const secret = createSecret(readSecret(new SecretsManagerClient({ maxAttempts: 2 }), settings.SECRET_ARN, SECRET_TIMEOUT_MS));

const dependencies: AuthorizerDependencies = {
  verify: verifier.verify,
  secret,
  tenantClaim: settings.TENANT_CLAIM,
  tierClaim: settings.TIER_CLAIM,
  tiers: settings.TIERS,
  routeScopes: settings.ROUTE_SCOPES ?? {},
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'authorizer',
  now: Date.now,
  log: (line) => writeLines(line),
};

// Both start while the execution environment initializes. A request waits for what is still in progress, and repeats what failed.
void Promise.allSettled([verifier.prepare(), secret()]);

export const handler = (event: AuthorizerEvent): Promise<Authorization> => authorize(event, dependencies);
