import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AuthorizerEvent } from './lambda/authorization-header';
import { type Authorization, type AuthorizerWorld, authorize } from './lambda/authorize';
import { createSecret } from './lambda/secret';
import { createVerifier } from './lambda/verifier';

const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`environment variable ${name} is not set`);
  return value;
};

const verifier = createVerifier({ userPoolId: environment('USER_POOL_ID'), clientIds: JSON.parse(environment('CLIENT_IDS')) });
const secret = createSecret(async () => {
  const { SecretString } = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: environment('SECRET_ARN') }));
  return SecretString;
});

const world: AuthorizerWorld = {
  verify: verifier.verify,
  secret,
  tenantClaim: environment('TENANT_CLAIM'),
  tierClaim: environment('TIER_CLAIM'),
  tiers: JSON.parse(environment('TIERS')),
  log: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
};

// Both at once, while the environment starts; whoever needs what failed here tries again, and is told.
Promise.all([verifier.prepare(), secret()]).catch(() => undefined);

export async function handler(event: AuthorizerEvent): Promise<Authorization> {
  return authorize(event, world);
}
