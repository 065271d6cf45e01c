import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { invalid } from './base/invalid';
import { rejectAlias } from './base/key-checks';
import { keyUse } from './key-use';

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
  rejectAlias(table, 'encryptionKey', table.encryptionKey);
  const service = { service: 'dynamodb', region: table.env.region };
  const actions = access === 'read' ? readingKeyActions : writingKeyActions;
  grantee.grantPrincipal.addToPrincipalPolicy(keyUse(table.encryptionKey, service, actions));
}

/**
 * Lets a batch writer insert new items, and do nothing else: it can't read, change or remove one.
 *
 * @throws when the table is known to be of another account or region than the writer: an INSERT names a table, and never where it is
 */
export function grantIngest(table: ITable, grantee: IGrantable): Grant {
  rejectElsewhere(table, grantee);
  const grant = Grant.addToPrincipal({ grantee, actions: ['dynamodb:PartiQLInsert'], resourceArns: [table.tableArn] });
  grantTableKey(table, grantee, 'write');
  return grant;
}

/** Rejects a table that is known to be of another account or region than whoever writes to it. */
export function rejectElsewhere(table: ITable, grantee: IGrantable): void {
  const writer = [grantee, grantee.grantPrincipal].find((candidate) => Construct.isConstruct(candidate));
  if (!Construct.isConstruct(writer)) return;
  // An imported table's env is that of the stack that imports it, whatever its ARN says; the ARN of a table of this app is one token.
  const [, , , region, account] = table.tableArn.split(':');
  const there = { account: account ?? table.env.account, region: region ?? table.env.region };
  for (const place of ['account', 'region'] as const) {
    const here = Stack.of(writer)[place];
    if (Token.compareStrings(here, there[place]) !== TokenComparison.DIFFERENT) continue;
    invalid(writer, `${place} of the table ${table.node.path}`, there[place], `${here}, the writer's own: its inserts go nowhere else`);
  }
}
