import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { rejectAlias } from './base/key-checks';
import { keyUse } from './key-use';

/**
 * Lets a role read a secret, and use its key through Secrets Manager and in no other way. By the role's own policy: the key may belong to another
 * stack, and need not name everybody.
 */
export function grantSecretRead(secret: ISecret, role: IRole): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }));
  if (secret.encryptionKey === undefined) return;
  rejectAlias(secret, 'encryptionKey', secret.encryptionKey);
  const service = { service: 'secretsmanager', region: secret.env.region };
  role.addToPrincipalPolicy(keyUse(secret.encryptionKey, service, ['kms:Decrypt']));
}
