import { type AttributeValue, DeleteItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { KeyNames } from './erased-items';
import type { ErasedItems } from './request';

/** The table that the lake is a history of. */
export interface SourceTable {
  /**
   * Deletes the items.
   *
   * @param found called before items are deleted, with how many were deleted before
   * @returns how many there were
   */
  erase(items: readonly ErasedItems[], found: (deleted: number) => Promise<void>): Promise<number>;
}

export function sourceTable(client: DynamoDBClient, TableName: string, keys: KeyNames): SourceTable {
  const names = { '#p': keys[0], ...(keys.length > 1 ? { '#s': keys[1] } : {}) };

  async function* pagesOf(items: ErasedItems): AsyncGenerator<Record<string, AttributeValue>[]> {
    const { partitionKey, sortKey, sortKeyPrefix } = items;
    const sort = sortKey ?? sortKeyPrefix;
    const condition = sortKey !== undefined ? ' AND #s = :s' : sortKeyPrefix !== undefined ? ' AND begins_with(#s, :s)' : '';
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: `#p = :p${condition}`,
          ProjectionExpression: Object.keys(names).join(', '),
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ':p': { S: partitionKey }, ...(sort === undefined ? {} : { ':s': { S: sort } }) },
          ExclusiveStartKey,
        }),
      );
      if (Items.length > 0) yield Items;
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }

  return {
    async erase(items, found) {
      let deleted = 0;
      // The items of a whole tenant cannot be queried: they are removed from the table before (TenantRemoval).
      for (const one of items.filter(({ wholeTenant }) => wholeTenant === undefined)) {
        for await (const page of pagesOf(one)) {
          await found(deleted);
          for (const Key of page) {
            await client.send(new DeleteItemCommand({ TableName, Key }));
            deleted++;
          }
        }
      }
      return deleted;
    },
  };
}
