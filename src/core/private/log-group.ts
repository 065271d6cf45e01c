import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowLogs, warnOfLogs } from './base/key-policy';

export interface EncryptedLogGroupProps {
  /** Defaults to a generated name. */
  readonly logGroupName?: string;
  readonly retention: RetentionDays;
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** Creates an encrypted log group, and allows CloudWatch Logs to use the key: the deployment would fail otherwise. */
export function createLogGroup(scope: Construct, id: string, props: EncryptedLogGroupProps): LogGroup {
  if (!allowLogs(props.encryptionKey)) warnOfLogs(scope, props.encryptionKey);
  return new LogGroup(scope, id, props);
}
