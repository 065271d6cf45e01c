import { type AttributeValue, DeleteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { RemovedTable } from '../settings';
import type { Page, Place } from './places';

/** How many items are deleted at the same time. */
const CONCURRENCY = 25;

/**
 * The items of a table. A Scan finds their keys, because a table has no list of the partitions of a tenant.
 *
 * @param client reads the keys of all tenants' items
 * @param sessionOf returns a client that can delete the items of one tenant only
 */
export function tablePlace(
  { place, table: TableName, keys }: RemovedTable,
  client: DynamoDBClient,
  sessionOf: (tenant: string) => Promise<DynamoDBClient>,
): Place {
  const names = Object.fromEntries(keys.map((name, position) => [`#k${position}`, name]));

  async function* pagesOf(tenant: string, from: string | undefined) {
    let ExclusiveStartKey = from === undefined ? undefined : (JSON.parse(from) as Record<string, AttributeValue>);
    do {
      // IAM allows no other Scan: it names only the keys, and returns only them.
      const { Items = [], LastEvaluatedKey } = await client.send(
        new ScanCommand({
          TableName,
          Select: 'SPECIFIC_ATTRIBUTES',
          ProjectionExpression: Object.keys(names).join(', '),
          FilterExpression: 'begins_with(#k0, :tenant)',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ':tenant': { S: `${tenant}#` } },
          ExclusiveStartKey,
        }),
      );
      ExclusiveStartKey = LastEvaluatedKey;
      yield { items: Items, next: LastEvaluatedKey === undefined ? undefined : JSON.stringify(LastEvaluatedKey) };
    } while (ExclusiveStartKey !== undefined);
  }

  return {
    name: place,
    async *count(tenant, from) {
      for await (const { items, next } of pagesOf(tenant, from)) yield { found: items.length, next };
    },
    async *remove(tenant, from): AsyncGenerator<Page> {
      for await (const { items, next } of pagesOf(tenant, from)) {
        const session = items.length === 0 ? undefined : await sessionOf(tenant);
        let found = 0;
        for (let at = 0; session !== undefined && at < items.length; at += CONCURRENCY) {
          const deleted = await Promise.all(items.slice(at, at + CONCURRENCY).map((Key) => deleteItem(session, TableName, keys[0], Key)));
          found += deleted.filter(Boolean).length;
        }
        yield { found, next };
      }
    },
  };
}

/** @returns whether the item was there: a page that is repeated counts no item twice */
async function deleteItem(
  client: DynamoDBClient,
  TableName: string,
  partitionKey: string,
  Key: Record<string, AttributeValue>,
): Promise<boolean> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName,
        Key,
        ConditionExpression: 'attribute_exists(#k)',
        ExpressionAttributeNames: { '#k': partitionKey },
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
