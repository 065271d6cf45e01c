import { type DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TENANT_SORT_KEY, type TenantRecord, tenantPartition } from '../../runtime/tenant-record';
import { REMOVALS_PARTITION } from '../settings';
import type { Removal } from './removal';
import { Conflict, type RemovalStore } from './remove';

/** The directory's table. */
export function directoryStore(client: DynamoDBClient, TableName: string): RemovalStore {
  const keyOf = ({ tenant, startedAt }: Removal) => ({ pk: REMOVALS_PARTITION, sk: `${tenant}#${startedAt}` });
  return {
    async tenant(tenant) {
      const Key = marshall({ pk: tenantPartition(tenant), sk: TENANT_SORT_KEY });
      const { Item } = await client.send(new GetItemCommand({ TableName, ConsistentRead: true, Key }));
      return Item === undefined ? undefined : (unmarshall(Item) as TenantRecord);
    },
    async last(tenant) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: 1,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :tenant)',
          ExpressionAttributeValues: marshall({ ':pk': REMOVALS_PARTITION, ':tenant': `${tenant}#` }),
        }),
      );
      return Items.map(removalOf).at(0);
    },
    async all() {
      const found: Removal[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': REMOVALS_PARTITION }),
        },
      );
      for await (const { Items = [] } of pages) found.push(...Items.map(removalOf));
      return found;
    },
    async put(removal, before) {
      const Item = marshall({ ...keyOf(removal), ...removal }, { removeUndefinedValues: true });
      const condition =
        before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'version = :version',
              ExpressionAttributeValues: marshall({ ':version': before.version }),
            };
      await client.send(new PutItemCommand({ TableName, Item, ...condition })).catch((error: Error) => {
        if (error.name !== 'ConditionalCheckFailedException') throw error;
        throw new Conflict(`another invocation has changed the removal of ${removal.tenant}: repeat the request`);
      });
    },
  };
}

function removalOf(item: Parameters<typeof unmarshall>[0]): Removal {
  const { pk: _, sk: __, ...removal } = unmarshall(item);
  return removal as unknown as Removal;
}
