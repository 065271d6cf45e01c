import { ArnFormat, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowLogs, warnOfLogs } from './base/key-policy';
import { logRetentionOf } from './base/log-retention';

export interface EncryptedLogGroupProps {
  /** Defaults to a generated name. */
  readonly logGroupName?: string;
  /** The construct's own prop; the setting of a scope above where it is absent. */
  readonly logRetention?: RetentionDays;
  /** Where neither the construct nor a scope above says how long. */
  readonly standardRetention: RetentionDays;
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** Creates an encrypted log group, and allows CloudWatch Logs to use the key: the deployment would fail otherwise. */
export function createLogGroup(scope: Construct, id: string, props: EncryptedLogGroupProps): LogGroup {
  const { logGroupName, encryptionKey, removalPolicy, logRetention, standardRetention } = props;
  if (!allowLogs(encryptionKey)) warnOfLogs(scope, encryptionKey);
  return new LogGroup(scope, id, {
    logGroupName,
    retention: logRetentionOf(scope, logRetention, standardRetention),
    encryptionKey,
    removalPolicy,
  });
}

/** The ARN of a log group without the star that `logGroupArn` ends with, for services that take no wildcard. */
export function plainArn(logGroup: LogGroup): string {
  return Stack.of(logGroup).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: logGroup.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
