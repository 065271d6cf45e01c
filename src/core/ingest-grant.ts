import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What a caller needs of a table's key, for any access to its data.
 *
 * DynamoDB asks the key in the caller's name when it has no copy of the table key at hand. Written out: a wildcard would be a finding.
 */
const readingKeyActions = ['kms:Decrypt', 'kms:DescribeKey'];
const writingKeyActions = [
  ...readingKeyActions,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Lets a caller use the key of a table through DynamoDB in its region, and in no other way. Nothing where the table's key is not known. */
export function grantTableKey(table: ITable, grantee: IGrantable, access: 'read' | 'write'): void {
  if (table.encryptionKey === undefined) return;
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: access === 'read' ? readingKeyActions : writingKeyActions,
      resources: [table.encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${table.env.region}.amazonaws.com` } },
    }),
  );
}

/** Lets a batch writer insert new items, and do nothing else: it can't read, change or remove one. */
export function grantIngest(table: ITable, grantee: IGrantable): Grant {
  const grant = Grant.addToPrincipal({ grantee, actions: ['dynamodb:PartiQLInsert'], resourceArns: [table.tableArn] });
  grantTableKey(table, grantee, 'write');
  return grant;
}
