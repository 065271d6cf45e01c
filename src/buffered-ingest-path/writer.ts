import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';
import type { Handler } from '../core/private/handler';
import type { Logged } from '../core/private/retained';
import type { ITenantDirectory } from '../tenant-directory';
import type { WriterSettings } from './settings';
import type { WriterIsolation } from './writer-isolation';
import type { WrittenKeys } from './written-keys';

/** The settings of a writer. */
export interface WriterOptions extends Logged {
  readonly name?: string;
  readonly timeout: Duration;
  readonly destination: IItemStore;
  readonly directory?: ITenantDirectory;
  readonly isolation: WriterIsolation;
  readonly keys: WrittenKeys;
}

/** Creates the function that stores batches, as the child `Writer`. */
export function createWriter(scope: Construct, options: WriterOptions): Handler {
  const { isolation, destination, directory, keys, ...rest } = options;
  const variant = isolation._variant;
  const writer = variant.create(scope, 'Writer', {
    ...rest,
    description: `Stores the messages of ${scope.node.path}`,
    settings: settingsOf(options),
    environmentRemedy: 'They include the key templates: use fewer attributes or shorter names.',
    concurrency: {
      unreserved:
        'Only the two event sources invoke the function, and each has its own limit (maxConcurrency). A reservation would permanently take concurrency from the account.',
    },
    noDeadLetters:
      "The dead-letter queue of a function is for asynchronous invocations. The event sources invoke it synchronously, and failed messages move to the path's own dead-letter queue.",
    openNetwork: `Outside a VPC, the writer's outbound connections are not limited. This is accepted because it has no secret, and its role may only ${variant.permission}, ${directory === undefined ? '' : "read tenants' records, "}receive from its two queues, log and trace.`,
  });
  directory?.grants.readTenants(writer.role);
  return writer;
}

function settingsOf({ destination, directory, keys }: WriterOptions): WriterSettings {
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
    DIRECTORY_TABLE: directory?.table.tableName,
  };
}
