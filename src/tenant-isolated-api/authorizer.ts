import { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import { createHandler, type Handler } from '../core/private/handler';
import type { Logged } from '../core/private/retained';
import { grantSecretRead } from '../core/private/secret-grant';
import type { Tenancy } from '../tenancy';
import { AUTHORIZER_VARIABLES, type AuthorizerSettings } from './settings';

export interface AuthorizerProps extends Logged {
  readonly issuer: IAccessTokenIssuer;
  readonly tenancy: Tenancy;
  readonly secret: ISecret;
  readonly name?: string;
}

/** Creates the Lambda authorizer, as the child `Authorizer`. */
export function createAuthorizer(scope: Construct, props: AuthorizerProps): Handler {
  const { issuer, tenancy, secret, name, ...logged } = props;
  const handler = createHandler<AuthorizerSettings>(scope, 'Authorizer', {
    asset: 'tenant-isolated-api/authorizer',
    description: `Authorizes the callers of ${scope.node.path}`,
    // Longer than it waits for the keys of the pool (6 s) and the secret (2.5 s). API Gateway waits up to 29 s.
    timeout: Duration.seconds(10),
    settings: {
      USER_POOL_ID: issuer.userPool.userPoolId,
      CLIENT_IDS: issuer.clients.map(({ userPoolClientId }) => userPoolClientId),
      TENANT_CLAIM: issuer.tenantClaim,
      TIER_CLAIM: issuer.tierClaim,
      TIERS: tenancy.tiers.map((tier) => tier.name),
      SECRET_ARN: secret.secretArn,
    },
    variables: AUTHORIZER_VARIABLES,
    ...logged,
    name: name === undefined ? undefined : `${name}-authorizer`,
    concurrency: {
      unreserved: 'Every request without a cached decision waits for it: a reservation would limit all tenants together.',
    },
    noDeadLetters: 'API Gateway calls it synchronously and returns the error to the caller: there is no event to keep.',
  });
  grantSecretRead(secret, handler.role);
  return handler;
}
