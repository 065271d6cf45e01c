import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Retained } from '../core/private/retained';
import { acknowledgeSecret } from './acknowledged-findings';

/**
 * Creates the secret that API keys of tenants are derived from, as the child `KeySecret`: the authorizer computes keys instead of looking
 * them up.
 */
export function createKeySecret(scope: Construct, retained: Retained): Secret {
  const secret = new Secret(scope, 'KeySecret', {
    description: `API keys of ${scope.node.path} are derived from it: with a new value, all of them must be created again`,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    ...retained,
  });
  acknowledgeSecret(secret);
  return secret;
}
