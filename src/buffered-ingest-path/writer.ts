import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';

/** What a writer needs. */
export interface WriterProps {
  readonly logGroup: ILogGroup;
  readonly role: IRole;
  readonly timeout: Duration;
  readonly destination: IItemStore;
  /** Key templates by attribute name. */
  readonly templates: Record<string, string>;
}

/** The function that stores a batch, as the child `Writer`. */
export function createWriter(scope: Construct, { logGroup, role, timeout, destination, templates }: WriterProps): LambdaFunction {
  return new LambdaFunction(scope, 'Writer', {
    description: `Stores the messages of ${scope.node.path}`,
    code: Code.fromAsset(join(__dirname, '..', '..', 'assets', 'buffered-ingest-path', 'batch-writer')),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 512,
    timeout,
    tracing: Tracing.ACTIVE,
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
    environment: environmentOf(destination, templates),
  });
}

/** What the handler reads, see batch-writer.lambda.ts. */
function environmentOf(destination: IItemStore, templates: Record<string, string>): Record<string, string> {
  const { table, partitionKeyName, sortKeyName, indexSortKeys, timeToLiveAttribute, timeToLive } = destination;
  return {
    TABLE_NAME: table.tableName,
    PARTITION_KEY: partitionKeyName,
    ...(sortKeyName === undefined ? {} : { SORT_KEY: sortKeyName }),
    ...(indexSortKeys === undefined || indexSortKeys.length === 0 ? {} : { INDEX_SORT_KEYS: JSON.stringify(indexSortKeys) }),
    KEY_TEMPLATES: JSON.stringify(templates),
    ...(timeToLive === undefined || timeToLiveAttribute === undefined
      ? {}
      : { TIME_TO_LIVE_ATTRIBUTE: timeToLiveAttribute, TIME_TO_LIVE_SECONDS: String(timeToLive.toSeconds()) }),
  };
}
