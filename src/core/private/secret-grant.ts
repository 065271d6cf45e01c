import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { rejectAlias } from './base/key-checks';
import { keyUse } from './key-use';

/**
 * Allows a role to read a secret, and to use the secret's key only through Secrets Manager. Only the role's policy changes, because the key
 * may belong to another stack.
 */
export function grantSecretRead(secret: ISecret, role: IRole): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }));
  if (secret.encryptionKey === undefined) return;
  rejectAlias(secret, 'encryptionKey', secret.encryptionKey);
  const service = { service: 'secretsmanager', region: secret.env.region };
  role.addToPrincipalPolicy(keyUse(secret.encryptionKey, service, ['kms:Decrypt']));
}
