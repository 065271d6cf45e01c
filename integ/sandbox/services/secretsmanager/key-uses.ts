import { readSettled } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';
import { readSecret, SECRET } from './secret';

/**
 * Documented: "Secret encryption and decryption in AWS Secrets Manager": it uses the key with the permissions of the creator, with this
 * version.
 */
const user: KeyUser = {
  service: 'secretsmanager',
  actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
  principal: 'caller',
  checked: 'at deployment',
  message: () => 'Access to KMS is not allowed',
};

export const keyUses = (assembly: Assembly) =>
  keyUsesOf(
    user,
    readSettled(assembly, SECRET, readSecret).map(({ resource, arn, keyId: key }) => ({
      ...{ resource, property: 'KmsKeyId', key },
      context: { SecretARN: arn, SecretVersionId: 'RequestToValidateKeyAccess' },
    })),
  );
