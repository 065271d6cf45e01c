import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TENANT_SORT_KEY, type TenantRecord, tenantPartition, userPartition } from '../../../runtime/tenant-record';
import { Conflict, type DirectoryStore } from './directory';

/** Timeouts of one attempt in milliseconds. The SDK makes up to three. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** The directory, stored in a DynamoDB table. */
export function directoryTable(TableName: string): DirectoryStore {
  const client = new DynamoDBClient({ requestHandler: TIMEOUTS });
  const tenantKey = (tenant: string) => ({ pk: tenantPartition(tenant), sk: TENANT_SORT_KEY });
  const memberKey = (user: string, tenant: string) => ({ pk: userPartition(user), sk: tenantPartition(tenant) });
  return {
    async tenant(tenant) {
      const { Item } = await client.send(new GetItemCommand({ TableName, ConsistentRead: true, Key: marshall(tenantKey(tenant)) }));
      if (Item === undefined) return undefined;
      const { pk: _, sk: __, ...record } = unmarshall(Item);
      return record as TenantRecord;
    },
    async putTenant(record, before) {
      const condition =
        before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'updatedAt = :at AND #state = :state AND tier = :tier',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: marshall({ ':at': before.updatedAt, ':state': before.state, ':tier': before.tier }),
            };
      const Item = marshall({ ...tenantKey(record.tenant), ...record }, { removeUndefinedValues: true });
      await client.send(new PutItemCommand({ TableName, Item, ...condition })).catch((error: Error) => {
        if (error.name !== 'ConditionalCheckFailedException') throw error;
        throw new Conflict(`another request has changed the record of ${record.tenant}: repeat the request`);
      });
    },
    async memberships(user) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': userPartition(user) }),
        }),
      );
      return Items.map((item) => String(unmarshall(item).tenant));
    },
    async putMember({ user, tenant, roles = [] }, updatedAt) {
      const item = { ...memberKey(user, tenant), user, tenant, roles: [...roles], updatedAt };
      await client.send(new PutItemCommand({ TableName, Item: marshall(item) }));
    },
    async deleteMember({ user, tenant }) {
      await client.send(new DeleteItemCommand({ TableName, Key: marshall(memberKey(user, tenant)) }));
    },
  };
}
