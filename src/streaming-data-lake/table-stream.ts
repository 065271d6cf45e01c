import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { IItemStore } from '../core';
import { invalid } from '../core/private/base/invalid';
import { knownTable } from '../core/private/base/known-table';
import { resourceKeyUse } from '../core/private/key-use';
import type { LakeSourceVariant } from './lake-source-variant';

/** Documented: "EventBridge Pipes batching and concurrency", up to 500 for Firehose. Smaller, because one call takes at most 4 MiB. */
const BATCH = 100;
const BATCH_WINDOW = Duration.seconds(5);
/**
 * A record that always fails is alone after seven bisections of a batch, and is a dead letter after its own retries, for which the records
 * behind it wait. An outage of Firehose itself does not count (documented: "EventBridge Pipes error handling and troubleshooting").
 */
const RETRIES = 10;
/** An hour before the stream drops a record, it becomes a dead letter, which an alarm reports. Documented: "DynamoDB Streams", 24 hours. */
const OLDEST = Duration.hours(23);

const NEW_IMAGES = ['NEW_IMAGE', 'NEW_AND_OLD_IMAGES'];

/** The names of attributes that a lake reads besides its columns. */
export interface StreamAttributes {
  readonly correlationAttribute: string;
  readonly deletionAttribute: string;
}

/** The stream of a table as the source of a lake. */
export function tableStream(store: IItemStore, attributes: StreamAttributes): LakeSourceVariant {
  const { table, partitionKeyName, sortKeyName, timeToLiveAttribute, tenantNoun = 'tenant' } = store;
  const keys = [partitionKeyName, ...(sortKeyName === undefined ? [] : [sortKeyName])];
  return {
    tenantNoun,
    keys,
    known: {
      ...Object.fromEntries([...keys, ...Object.keys(store.indexKeys ?? {})].map((name) => [name, 'S' as const])),
      ...(timeToLiveAttribute === undefined ? {} : { [timeToLiveAttribute]: 'N' as const }),
    },
    ...attributes,
    // Documented: "Amazon DynamoDB stream as a source for EventBridge Pipes". Text is quoted, objects and numbers are not: "Amazon
    // EventBridge Pipes input transformation".
    fields: {
      event_id: '"<$.eventID>"',
      event_name: '"<$.eventName>"',
      changed_at: '<$.dynamodb.ApproximateCreationDateTime>',
      sequence: '"<$.dynamodb.SequenceNumber>"',
      item: '<$.dynamodb.NewImage>',
    },
    bind: (scope) => {
      const { tableStreamArn } = table;
      const view = knownTable(table)?.streamView;
      const right = 'a table with a stream of new images: stream: StreamViewType.NEW_IMAGE, or an imported table with its tableStreamArn';
      if (tableStreamArn === undefined) invalid(scope, 'source', table, right);
      if (view !== undefined && !NEW_IMAGES.includes(view)) invalid(scope, 'stream of source', view, right);
      return {
        arn: tableStreamArn,
        pattern: { eventName: ['INSERT', 'MODIFY'] },
        parameters: (deadLetterQueueArn) => ({ dynamoDbStreamParameters: streamParameters(deadLetterQueueArn) }),
        reads: readsOf(table, tableStreamArn),
      };
    },
    erases: () => [
      new PolicyStatement({ actions: ['dynamodb:Query', 'dynamodb:DeleteItem'], resources: [table.tableArn] }),
      ...resourceKeyUse(table, 'dynamodb', ['kms:Decrypt']),
    ],
    table,
    ...(timeToLiveAttribute === undefined ? {} : { timeToLiveAttribute }),
  };
}

function streamParameters(deadLetterQueueArn: string): CfnPipe.PipeSourceDynamoDBStreamParametersProperty {
  return {
    // A change that is written before the pipe first runs is included.
    startingPosition: 'TRIM_HORIZON',
    batchSize: BATCH,
    maximumBatchingWindowInSeconds: BATCH_WINDOW.toSeconds(),
    maximumRetryAttempts: RETRIES,
    maximumRecordAgeInSeconds: OLDEST.toSeconds(),
    onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
    deadLetterConfig: { arn: deadLetterQueueArn },
  };
}

/** Documented: "Amazon DynamoDB stream as a source for EventBridge Pipes", permissions. */
function readsOf(table: ITable, streamArn: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [streamArn],
    }),
    ...resourceKeyUse(table, 'dynamodb', ['kms:Decrypt']),
  ];
}
