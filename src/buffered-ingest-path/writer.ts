import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';
import type { Handler } from '../core/private/handler';
import type { Logged } from '../core/private/retained';
import type { WriterSettings } from './settings';
import type { WriterIsolation } from './writer-isolation';
import type { WrittenKeys } from './written-keys';

/** What a writer needs. */
export interface WriterOptions extends Logged {
  readonly name?: string;
  readonly timeout: Duration;
  readonly destination: IItemStore;
  readonly isolation: WriterIsolation;
  readonly keys: WrittenKeys;
}

/** Creates the function that stores a batch, as the child `Writer`. */
export function createWriter(scope: Construct, options: WriterOptions): Handler {
  const { isolation, destination, keys, ...rest } = options;
  const variant = isolation._variant;
  return variant.create(scope, 'Writer', {
    ...rest,
    description: `Stores the messages of ${scope.node.path}`,
    settings: settingsOf(destination, keys),
    environmentRemedy: 'It holds the key templates: use fewer attributes, or shorter names.',
    concurrency: {
      unreserved:
        'The two event sources are the only callers and each has a limit of its own (maxConcurrency); a reservation would take the same number from the account for good.',
    },
    noDeadLetters:
      "Such a queue is for asynchronous calls. The event sources call synchronously, and what fails ends in the path's dead-letter queue.",
    openNetwork: `Outside a VPC nothing limits where the writer could send to. Accepted, because it holds no secret, and its role may ${variant.permission}, take from its two queues, and log and trace.`,
  });
}

function settingsOf(destination: IItemStore, keys: WrittenKeys): WriterSettings {
  const { table, partitionKeyName, sortKeyName, indexSortKeys = [], timeToLiveAttribute, timeToLive } = destination;
  const expires = timeToLive !== undefined && timeToLiveAttribute !== undefined;
  return {
    TABLE_NAME: table.tableName,
    PARTITION_KEY: partitionKeyName,
    SORT_KEY: sortKeyName,
    INDEX_SORT_KEYS: indexSortKeys.length === 0 ? undefined : indexSortKeys,
    KEY_TEMPLATES: keys.templates,
    OPTIONAL_KEYS: keys.optional.length === 0 ? undefined : keys.optional,
    TIME_TO_LIVE_ATTRIBUTE: expires ? timeToLiveAttribute : undefined,
    TIME_TO_LIVE_SECONDS: expires ? timeToLive.toSeconds() : undefined,
  };
}
