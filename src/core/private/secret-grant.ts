import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { resourceKeyUse } from './key-use';

/**
 * Allows a role to read a secret, and to use the secret's key only through Secrets Manager. Only the role's policy changes, because the key
 * may belong to another stack.
 */
export function grantSecretRead(secret: ISecret, role: IRole): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }));
  for (const statement of resourceKeyUse(secret, 'secretsmanager', ['kms:Decrypt'])) role.addToPrincipalPolicy(statement);
}
