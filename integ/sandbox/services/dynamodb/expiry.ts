import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { readEach } from '../../assembly/properties';
import type { Assembly, Clock, Engines } from '../../contracts';
import { dynamoDbClient } from '../../engines/clients';
import type { StreamLog } from './stream-log';
import type { Streams } from './streams';
import { readTable, TABLES } from './table';

/** An item that has expired and was deleted. */
export interface ExpiredItem {
  readonly tableArn: string;
  readonly key: Record<string, AttributeValue>;
}

/** Documented: items that expired more than five years ago are not deleted. */
const IGNORED_AFTER_SECONDS = 5 * 365 * 24 * 3600;
const CONCURRENT_DELETES = 8;

/**
 * Deletes the items that have expired by the sandbox's clock, which DynamoDB Local's own deletion does not use. On AWS the deletion takes
 * up to a few days.
 *
 * @param streams which get the removals as those of the service
 * @returns the deleted items
 */
export async function sweepExpired(
  assembly: Assembly,
  engines: Engines,
  clock: Clock,
  streams?: Pick<Streams, 'ofTable' | 'changed'>,
): Promise<ExpiredItem[]> {
  const expired: ExpiredItem[] = [];
  const client = dynamoDbClient(engines, assembly);
  for (const { name, arn: tableArn, keys, timeToLive } of readEach(assembly, TABLES, readTable)) {
    if (timeToLive === undefined) continue;
    const stream = streams?.ofTable(tableArn);
    const removed = await sweepTable(client, name, keys, timeToLive, Math.floor(clock.now() / 1000), stream);
    if (removed.length > 0) streams?.changed();
    expired.push(...removed.map((key) => ({ tableArn, key })));
  }
  client.destroy();
  return expired;
}

async function sweepTable(
  client: DynamoDBClient,
  TableName: string,
  keys: readonly string[],
  attribute: string,
  now: number,
  stream: StreamLog | undefined,
) {
  const removed: Record<string, AttributeValue>[] = [];
  // Items whose attribute is not a number never expire.
  const FilterExpression = 'attribute_type(#t, :number) AND #t < :now AND #t > :ignored';
  const ExpressionAttributeNames = { '#t': attribute };
  const ExpressionAttributeValues = {
    ':number': { S: 'N' },
    ':now': { N: String(now) },
    ':ignored': { N: String(now - IGNORED_AFTER_SECONDS) },
  };
  for await (const page of paginateScan({ client }, { TableName, FilterExpression, ExpressionAttributeNames, ExpressionAttributeValues })) {
    const items = page.Items ?? [];
    for (let from = 0; from < items.length; from += CONCURRENT_DELETES) {
      const deleted = await Promise.all(
        items.slice(from, from + CONCURRENT_DELETES).map(async (item) => {
          const Key = Object.fromEntries(keys.map((name) => [name, item[name]]));
          stream?.expiring(Key);
          if (await deleteUnlessChanged(client, TableName, Key, attribute, item[attribute])) return [Key];
          stream?.kept(Key);
          return [];
        }),
      );
      removed.push(...deleted.flat());
    }
  }
  return removed;
}

/** Returns false if its expiry time has changed since it was read. */
async function deleteUnlessChanged(
  client: DynamoDBClient,
  TableName: string,
  Key: Record<string, AttributeValue>,
  attribute: string,
  seen: AttributeValue,
): Promise<boolean> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName,
        Key,
        ConditionExpression: '#t = :seen',
        ExpressionAttributeNames: { '#t': attribute },
        ExpressionAttributeValues: { ':seen': seen },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw error;
  }
}
