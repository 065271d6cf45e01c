import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  ENDED_SESSIONS,
  MEMBERSHIP_SORT_KEY,
  membersPartition,
  TENANT_SORT_KEY,
  type TenantRecord,
  tenantPartition,
  userPartition,
} from '../../../runtime/tenant-record';
import { Conflict, type DirectoryStore, type EndedSessions } from './directory';

/** Timeouts of one attempt in milliseconds. The SDK makes up to three. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** Members on a page. DynamoDB also ends a page at 1 MB, so that a page fits into the response of a function (6 MB). */
const MEMBERS_ON_PAGE = 1_000;

/** The directory, stored in a DynamoDB table. */
export function directoryTable(TableName: string): DirectoryStore {
  const client = new DynamoDBClient({ requestHandler: TIMEOUTS });
  const tenantKey = (tenant: string) => ({ pk: tenantPartition(tenant), sk: TENANT_SORT_KEY });
  // Both are written in one transaction: the first decides, the second makes the list of the tenant's members.
  const memberKey = (user: string) => ({ pk: userPartition(user), sk: MEMBERSHIP_SORT_KEY });
  const listKey = (user: string, tenant: string) => ({ pk: membersPartition(tenant), sk: userPartition(user) });
  const endedSessionsKey = { pk: ENDED_SESSIONS, sk: ENDED_SESSIONS };
  const get = async (key: object) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, ConsistentRead: true, Key: marshall(key) }));
    return Item === undefined ? undefined : unmarshall(Item);
  };
  return {
    async tenant(tenant) {
      const item = await get(tenantKey(tenant));
      if (item === undefined) return undefined;
      const { pk: _, sk: __, ...record } = item;
      return { version: 0, ...record } as TenantRecord;
    },
    async putTenant(record, before) {
      const Item = marshall({ ...tenantKey(record.tenant), ...record }, { removeUndefinedValues: true });
      await client.send(new PutItemCommand({ TableName, Item, ...unchangedSince(before) })).catch((error: Error) => {
        if (error.name !== 'ConditionalCheckFailedException') throw error;
        throw new Conflict(`another request has changed the record of ${record.tenant}: repeat the request`);
      });
    },
    async membership(user) {
      const item = await get(memberKey(user));
      return item === undefined ? undefined : String(item.tenant);
    },
    async putMember({ user, tenant, roles }, updatedAt) {
      const update = {
        TableName,
        // Without roles in the request, those of an existing membership remain.
        UpdateExpression: `SET #user = :user, tenant = :tenant, updatedAt = :at, #roles = ${roles === undefined ? 'if_not_exists(#roles, :roles)' : ':roles'}`,
        ExpressionAttributeNames: { '#user': 'user', '#roles': 'roles' },
        ExpressionAttributeValues: marshall({ ':user': user, ':tenant': tenant, ':at': updatedAt, ':roles': [...(roles ?? [])] }),
      };
      const canceled = await transact(client, [
        { Update: { ...update, Key: marshall(memberKey(user)), ConditionExpression: 'attribute_not_exists(pk) OR tenant = :tenant' } },
        { Update: { ...update, Key: marshall(listKey(user, tenant)) } },
        {
          ConditionCheck: {
            TableName,
            Key: marshall(tenantKey(tenant)),
            ConditionExpression: 'attribute_exists(pk) AND NOT #state IN (:offboarding, :departed)',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: marshall({ ':offboarding': 'offboarding', ':departed': 'departed' }),
          },
        },
      ]);
      if (canceled)
        throw new Conflict(`another request has changed the membership of ${user} or the record of ${tenant}: repeat the request`);
    },
    async deleteMember({ user, tenant }) {
      const canceled = await transact(client, [
        {
          Delete: {
            TableName,
            Key: marshall(memberKey(user)),
            ConditionExpression: 'attribute_not_exists(pk) OR tenant = :tenant',
            ExpressionAttributeValues: marshall({ ':tenant': tenant }),
          },
        },
        { Delete: { TableName, Key: marshall(listKey(user, tenant)) } },
      ]);
      // The user belongs to another tenant.
      if (canceled?.[0] === 'ConditionalCheckFailed') return;
      if (canceled) throw new Conflict(`another request has changed the membership of ${user}: repeat the request`);
    },
    async members(tenant, after) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          Limit: MEMBERS_ON_PAGE,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': membersPartition(tenant) }),
          ExclusiveStartKey: after === undefined ? undefined : marshall(listKey(after, tenant)),
        }),
      );
      const members = Items.map((item) => unmarshall(item)).map(({ user, roles }) => ({ user: String(user), roles: roles as string[] }));
      return { members, next: LastEvaluatedKey === undefined ? undefined : members.at(-1)?.user };
    },
    async endedSessions() {
      const { version = 0, applied = 0, tenants = {} } = ((await get(endedSessionsKey)) ?? {}) as Partial<EndedSessions>;
      return { version, applied, tenants };
    },
    async putEndedSessions({ version, applied, tenants }, before, record) {
      const put = {
        TableName,
        Item: marshall({ ...endedSessionsKey, version, applied, tenants }),
        ...unchangedSince(before.version === 0 ? undefined : before),
      };
      const checks = record === undefined ? [] : [{ TableName, Key: marshall(tenantKey(record.tenant)), ...unchangedSince(record) }];
      const canceled = await transact(client, [{ Put: put }, ...checks.map((check) => ({ ConditionCheck: check }))]);
      if (canceled?.[1] === 'ConditionalCheckFailed')
        throw new Conflict(`another request has changed the record of ${record?.tenant}: repeat the request`);
      return canceled === undefined;
    },
  };
}

/** The condition that an item is still the one that was read. */
function unchangedSince(before: { readonly version: number } | undefined) {
  if (before === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  // A record that was written by hand may have no version.
  if (before.version === 0) return { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(version)' };
  return { ConditionExpression: 'version = :version', ExpressionAttributeValues: marshall({ ':version': before.version }) };
}

/** Writes all items or none. Returns the codes of the reasons, by item, if DynamoDB canceled the transaction. */
async function transact(client: DynamoDBClient, TransactItems: TransactWriteItem[]): Promise<readonly string[] | undefined> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
    return undefined;
  } catch (error) {
    if ((error as Error).name !== 'TransactionCanceledException') throw error;
    return (error as TransactionCanceledException).CancellationReasons?.map(({ Code = '' }) => Code) ?? [];
  }
}
