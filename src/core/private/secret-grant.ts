import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { rejectAlias } from './base/key-checks';

/**
 * Lets a role read a secret, and use its key through Secrets Manager and in no other way. By the role's own policy: the key may belong to another
 * stack, and need not name everybody.
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
