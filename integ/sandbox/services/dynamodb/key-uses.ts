import { readSettled } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';
import { readTable, TABLES } from './table';

/** DynamoDB uses the key with the permissions of whoever creates a table ("DynamoDB encryption at rest: usage notes"). */
const user: KeyUser = {
  service: 'dynamodb',
  actions: [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:DescribeKey',
    'kms:CreateGrant',
  ],
  principal: 'caller',
  checked: 'at deployment',
  message: () => 'KMS key access denied error',
};

export function keyUses(assembly: Assembly) {
  return keyUsesOf(
    user,
    readSettled(assembly, TABLES, readTable).map(({ resource, name, keyId: key }) => ({
      ...{ resource, key },
      property: `${resource.type === 'AWS::DynamoDB::Table' ? '' : 'Replicas.'}SSESpecification.KMSMasterKeyId`,
      context: { 'aws:dynamodb:tableName': name, 'aws:dynamodb:subscriberId': assembly.account },
    })),
  );
}
