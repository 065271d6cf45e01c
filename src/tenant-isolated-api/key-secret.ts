import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledgeSecret } from './acknowledged-findings';

/** What tenants' keys are derived from, so that none is stored where the authorizer would have to look it up: the child `KeySecret`. */
export function createKeySecret(scope: Construct, props: { readonly encryptionKey: IKey; readonly removalPolicy: RemovalPolicy }): Secret {
  const secret = new Secret(scope, 'KeySecret', {
    description: `Tenants' keys of ${scope.node.path} are derived from it: another value needs all of them made anew`,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    ...props,
  });
  acknowledgeSecret(secret);
  return secret;
}
