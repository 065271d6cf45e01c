import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { rejectAlias } from './base/key-checks';

/**
 * Allows a role to read a secret, and to use the secret's key only through Secrets Manager. Only the role's policy changes, because the key
 * may belong to another stack.
 */
export function grantSecretRead(secret: ISecret, role: IRole): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }));
  if (secret.encryptionKey === undefined) return;
  rejectAlias(secret, 'encryptionKey', secret.encryptionKey);
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [secret.encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${secret.env.region}.amazonaws.com` } },
    }),
  );
}
