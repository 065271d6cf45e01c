import type { Assembly } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';

/** Documented: "Secret encryption and decryption in AWS Secrets Manager": it asks in the name of whoever creates a secret, with this version. */
const user: KeyUser = {
  service: 'secretsmanager',
  actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
  asks: 'for its caller',
  asked: 'at deployment',
  message: () => 'Access to KMS is not allowed',
};

export const keyUses = (assembly: Assembly) =>
  keyUsesOf(assembly, 'AWS::SecretsManager::Secret', user, (secret, { KmsKeyId }) => ({
    property: 'KmsKeyId',
    key: KmsKeyId,
    context: { SecretARN: assembly.ref(secret), SecretVersionId: 'RequestToValidateKeyAccess' },
  }));
