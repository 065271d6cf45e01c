import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { placeOf, warnOfStatement } from './base/key-policy';
import { isFirst } from './once';

/** The condition that a service acts for an alarm of this account and Region. */
export function alarmsOf(
  stack: Stack,
  { account, region, partition }: Pick<Stack, 'account' | 'region' | 'partition'> = stack,
): Record<string, object> {
  const resource = { service: 'cloudwatch', resource: 'alarm', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
  return {
    StringEquals: { 'aws:SourceAccount': account },
    ArnLike: { 'aws:SourceArn': stack.formatArn({ ...resource, account, region, partition }) },
  };
}

/**
 * Allows CloudWatch to publish to topics that are encrypted with a key. Documented: "Amazon SNS key management", event sources of AWS
 * services. If this app cannot change the policy of the key, a warning has the statement.
 */
export function allowAlarms(scope: IConstruct, key: IKey): void {
  if (!isFirst(key, 'EncryptionKey.alarmsAllowed')) return;
  const stack = Stack.of(scope);
  const statement = (conditions: object) => ({
    Sid: 'AlarmsOfThisAccountAndRegion',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    Resource: '*',
    Condition: conditions,
  });
  if (key.addToResourcePolicy(PolicyStatement.fromJson(statement(alarmsOf(stack)))).statementAdded) return;
  warnOfStatement(
    key,
    'importedKeyForAlarms',
    'no message of an alarm arrives unless the policy of this imported key allows CloudWatch to use it',
    statement(alarmsOf(stack, placeOf(scope, key))),
  );
}
