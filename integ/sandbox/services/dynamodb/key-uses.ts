import type { Assembly, JsonObject, Resource } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';
import { objects } from '../../protocol/json';

/** DynamoDB asks in the name of whoever creates a table ("DynamoDB encryption at rest: usage notes"). */
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
  asks: 'for its caller',
  asked: 'at deployment',
  message: () => 'KMS key access denied error',
};

export function keyUses(assembly: Assembly) {
  const context = (table: Resource) => ({
    'aws:dynamodb:tableName': assembly.ref(table),
    'aws:dynamodb:subscriberId': assembly.account,
  });
  const keyOf = (encryption: unknown) => (encryption as JsonObject | undefined)?.KMSMasterKeyId;
  return [
    ...keyUsesOf(assembly, 'AWS::DynamoDB::Table', user, (table, { SSESpecification }) => ({
      property: 'SSESpecification.KMSMasterKeyId',
      key: keyOf(SSESpecification),
      context: context(table),
    })),
    ...keyUsesOf(assembly, 'AWS::DynamoDB::GlobalTable', user, (table, { Replicas }) => ({
      property: 'Replicas.SSESpecification.KMSMasterKeyId',
      key: keyOf(objects(Replicas).find(({ Region }) => Region === assembly.region)?.SSESpecification),
      context: context(table),
    })),
  ];
}
