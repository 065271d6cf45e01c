import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Architecture, type CfnFunction, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';
import { description, limitEnvironment } from '../core/private/limits';
import type { WriterIsolation } from './writer-isolation';
import type { WrittenKeys } from './written-keys';

/** The settings of a writer. */
export interface WriterProps {
  readonly logGroup: ILogGroup;
  readonly role: IRole;
  readonly timeout: Duration;
  readonly destination: IItemStore;
  readonly isolation: WriterIsolation;
  readonly keys: WrittenKeys;
}

/** Creates the function that stores batches, as the child `Writer`. */
export function createWriter(scope: Construct, props: WriterProps): LambdaFunction {
  const { logGroup, role, timeout, isolation } = props;
  const writer = new LambdaFunction(scope, 'Writer', {
    description: description(`Stores the messages of ${scope.node.path}`),
    code: Code.fromAsset(join(__dirname, '..', '..', 'assets', 'buffered-ingest-path', isolation._variant.bundle)),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 512,
    timeout,
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
    environment: environmentOf(props),
  });
  // The L2's `tracing` would add its permission, whose resource is *, to the policy of the code.
  (writer.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
  limitEnvironment(writer, 'They include the key templates: use fewer attributes or shorter names.');
  return writer;
}

/** The environment variables that the handler reads, see lambda/batch-handler.ts. */
function environmentOf({ destination, keys, isolation }: WriterProps): Record<string, string> {
  const { table, partitionKeyName, sortKeyName, indexSortKeys, timeToLiveAttribute, timeToLive } = destination;
  return {
    TABLE_NAME: table.tableName,
    PARTITION_KEY: partitionKeyName,
    ...(sortKeyName === undefined ? {} : { SORT_KEY: sortKeyName }),
    ...(indexSortKeys === undefined || indexSortKeys.length === 0 ? {} : { INDEX_SORT_KEYS: JSON.stringify(indexSortKeys) }),
    KEY_TEMPLATES: JSON.stringify(keys.templates),
    ...(keys.optional.length === 0 ? {} : { OPTIONAL_KEYS: JSON.stringify(keys.optional) }),
    ...(timeToLive === undefined || timeToLiveAttribute === undefined
      ? {}
      : { TIME_TO_LIVE_ATTRIBUTE: timeToLiveAttribute, TIME_TO_LIVE_SECONDS: String(timeToLive.toSeconds()) }),
    ...isolation._variant.environment,
  };
}
