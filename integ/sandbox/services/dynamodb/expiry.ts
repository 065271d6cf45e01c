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
import { readTable, TABLES } from './table';

/** What the service would have removed from a table by now. */
export interface ExpiredItem {
  readonly tableArn: string;
  readonly key: Record<string, AttributeValue>;
}

/** Documented: items that expired more than five years ago are not touched. */
const FORGOTTEN_AFTER_SECONDS = 5 * 365 * 24 * 3600;
const AT_ONCE = 8;

/**
 * Deletes the items whose time to live is over by the sandbox's clock, which the engine's own sweeper does not know. On AWS it takes
 * up to a few days; here it happens when this is called.
 *
 * @returns what was removed, so that a stream can say that the service did it
 */
export async function sweepExpired(assembly: Assembly, engines: Engines, clock: Clock): Promise<ExpiredItem[]> {
  const expired: ExpiredItem[] = [];
  const client = dynamoDbClient(engines, assembly);
  for (const { name, arn: tableArn, keys, timeToLive } of readEach(assembly, TABLES, readTable)) {
    if (timeToLive === undefined) continue;
    const removed = await sweepTable(client, name, keys, timeToLive, Math.floor(clock.now() / 1000));
    expired.push(...removed.map((key) => ({ tableArn, key })));
  }
  client.destroy();
  return expired;
}

async function sweepTable(client: DynamoDBClient, TableName: string, keys: readonly string[], attribute: string, now: number) {
  const removed: Record<string, AttributeValue>[] = [];
  // Only a number is a time: items with anything else in the attribute never expire.
  const FilterExpression = 'attribute_type(#t, :number) AND #t < :now AND #t > :forgotten';
  const ExpressionAttributeNames = { '#t': attribute };
  const ExpressionAttributeValues = {
    ':number': { S: 'N' },
    ':now': { N: String(now) },
    ':forgotten': { N: String(now - FORGOTTEN_AFTER_SECONDS) },
  };
  for await (const page of paginateScan({ client }, { TableName, FilterExpression, ExpressionAttributeNames, ExpressionAttributeValues })) {
    const items = page.Items ?? [];
    for (let from = 0; from < items.length; from += AT_ONCE) {
      const deleted = await Promise.all(
        items.slice(from, from + AT_ONCE).map(async (item) => {
          const Key = Object.fromEntries(keys.map((name) => [name, item[name]]));
          return (await deleteUnlessChanged(client, TableName, Key, attribute, item[attribute])) ? [Key] : [];
        }),
      );
      removed.push(...deleted.flat());
    }
  }
  return removed;
}

/** False where its time to live was changed since it was read. */
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
