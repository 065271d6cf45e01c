import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { placeOf, warnOfStatement } from '../core/private/base/key-policy';

/** ARN of a trail, by its name. The policies of bucket and key need it before there is a trail. */
export function trailArnOf(scope: IConstruct, trailName: string): string {
  return Stack.of(scope).formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: trailName });
}

/**
 * Allows CloudTrail to encrypt the files of one trail with a key. Documented: "Configure AWS KMS key policies for CloudTrail". If this app
 * cannot change the policy of the key, a warning has each statement.
 */
export function allowTrail(scope: IConstruct, key: IKey, trailName: string): void {
  const { partition, account } = Stack.of(scope);
  const statements = statementsOf(trailArnOf(scope, trailName), partition, account);
  const added = statements.map((statement) => key.addToResourcePolicy(PolicyStatement.fromJson(statement)).statementAdded);
  if (added.every((isAdded) => isAdded)) return;
  const place = placeOf(scope, key);
  const arn = `arn:${place.partition}:cloudtrail:${place.region}:${place.account}:trail/${trailName}`;
  for (const statement of statementsOf(arn, place.partition, place.account)) {
    const need = 'the deployment fails unless the policy of this imported key allows CloudTrail to use it';
    warnOfStatement(key, 'importedKeyForTrail', need, statement);
  }
}

function statementsOf(trailArn: string, partition: string, account: string): object[] {
  const common = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Resource: '*' };
  const ofThisTrail = { StringEquals: { 'aws:SourceArn': trailArn } };
  const trails = `arn:${partition}:cloudtrail:*:${account}:trail/*`;
  return [
    {
      ...common,
      Action: 'kms:GenerateDataKey*',
      Condition: { ...ofThisTrail, StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': trails } },
    },
    { ...common, Action: 'kms:DescribeKey', Condition: ofThisTrail },
  ];
}
