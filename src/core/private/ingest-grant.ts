import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { invalid } from './base/invalid';
import { resourceKeyUse } from './key-use';

/**
 * The key permissions that callers of a table need, because DynamoDB calls KMS on their behalf unless it has cached the table key. Listed
 * one by one, because a wildcard would be a finding.
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

/**
 * Allows a caller to use the key of a table, only through DynamoDB in the table's Region. Does nothing if the key of the table is not
 * known.
 */
export function grantTableKey(table: ITable, grantee: IGrantable, access: 'read' | 'write'): void {
  const actions = access === 'read' ? readingKeyActions : writingKeyActions;
  for (const statement of resourceKeyUse(table, 'dynamodb', actions)) grantee.grantPrincipal.addToPrincipalPolicy(statement);
}

/**
 * Allows a batch writer to insert new items only: it cannot read, change or delete items.
 *
 * @throws when the table is in another account or Region than the writer, because an INSERT statement cannot name either
 */
export function grantIngest(table: ITable, grantee: IGrantable): Grant {
  rejectElsewhere(table, grantee);
  const grant = Grant.addToPrincipal({ grantee, actions: ['dynamodb:PartiQLInsert'], resourceArns: [table.tableArn] });
  grantTableKey(table, grantee, 'write');
  return grant;
}

/** Rejects a table in another account or Region than its writer. */
export function rejectElsewhere(table: ITable, grantee: IGrantable): void {
  const writer = [grantee, grantee.grantPrincipal].find((candidate) => Construct.isConstruct(candidate));
  if (!Construct.isConstruct(writer)) return;
  // The env of an imported table is that of the stack that imports it, whatever its ARN says. The ARN of a table of this app is a single
  // token.
  const [, , , region, account] = table.tableArn.split(':');
  const there = { account: account ?? table.env.account, region: region ?? table.env.region };
  for (const place of ['account', 'region'] as const) {
    const here = Stack.of(writer)[place];
    if (Token.compareStrings(here, there[place]) !== TokenComparison.DIFFERENT) continue;
    invalid(
      writer,
      `${place} of the table ${table.node.path}`,
      there[place],
      `${here}, as for the writer: an INSERT statement cannot name another ${place}`,
    );
  }
}
