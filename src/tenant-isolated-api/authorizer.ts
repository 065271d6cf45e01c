import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import { createHandler, type Handler } from '../core/private/handler';
import { grantSecretRead } from '../core/private/secret-grant';
import type { Tenancy } from '../tenancy';

export interface AuthorizerProps {
  readonly issuer: IAccessTokenIssuer;
  readonly tenancy: Tenancy;
  readonly secret: ISecret;
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
  /** The API's own prop. */
  readonly logRetention?: RetentionDays;
  readonly name?: string;
}

/** Creates the Lambda authorizer, as the child `Authorizer`. */
export function createAuthorizer(scope: Construct, props: AuthorizerProps): Handler {
  const { issuer, tenancy, secret, encryptionKey, removalPolicy, logRetention, name } = props;
  const handler = createHandler(scope, 'Authorizer', {
    asset: 'tenant-isolated-api/authorizer',
    description: `Authorizes the callers of ${scope.node.path}`,
    // Longer than it waits for the keys of the pool (6 s) and the secret (2.5 s). API Gateway waits up to 29 s.
    timeout: Duration.seconds(10),
    environment: {
      USER_POOL_ID: issuer.userPool.userPoolId,
      CLIENT_IDS: Stack.of(scope).toJsonString(issuer.clients.map(({ userPoolClientId }) => userPoolClientId)),
      TENANT_CLAIM: issuer.tenantClaim,
      TIER_CLAIM: issuer.tierClaim,
      TIERS: JSON.stringify(tenancy.tiers.map((tier) => tier.name)),
      SECRET_ARN: secret.secretArn,
    },
    encryptionKey,
    removalPolicy,
    logRetention,
    name: name === undefined ? undefined : `${name}-authorizer`,
    concurrency: {
      unreserved: 'Every request without a cached decision waits for it: a reservation would limit all tenants together.',
    },
    noDeadLetters: 'API Gateway calls it synchronously and returns the error to the caller: there is no event to keep.',
  });
  grantSecretRead(secret, handler.role);
  return handler;
}
