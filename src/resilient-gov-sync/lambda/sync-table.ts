import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** The key of an item. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export type Item = Readonly<Record<string, unknown>>;

/** A conditional change of an item. */
export interface Change {
  readonly set: Item;
  readonly remove?: readonly string[];
  /** What attributes must be. Undefined: there must be no such attribute. */
  readonly expect: Item;
}

/** The update expressions of a turn or of the breaker. */
export interface ApiUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Readonly<Record<string, AttributeValue>>;
}

/** The table of a sync. Each read is consistent. */
export interface SyncTable {
  read(key: ItemKey): Promise<Item | undefined>;
  /** @returns the new item; undefined if the item is not as expected */
  change(key: ItemKey, change: Change): Promise<Item | undefined>;
  /** Removes an item that is as expected. */
  remove(key: ItemKey, expect: Item): Promise<boolean>;
  /** All items of reports of a period. */
  reports(period: string): Promise<readonly Item[]>;
  readApi(): Promise<Readonly<Record<string, AttributeValue>> | undefined>;
  /** @returns the old values; undefined if the condition does not hold */
  updateApi(update: ApiUpdate): Promise<Readonly<Record<string, AttributeValue>> | undefined>;
}

const API: ItemKey = { pk: 'API', sk: 'API' };
const REPORT = 'REPORT#';

/** What the starter knows about the sync itself. */
export const SYNC: ItemKey = { pk: 'SYNC', sk: 'SYNC' };

export const periodKey = (period: string): ItemKey => ({ pk: `PERIOD#${period}`, sk: 'PERIOD' });
export const reportKey = (period: string, tenant: string): ItemKey => ({ pk: `PERIOD#${period}`, sk: `${REPORT}${tenant}` });

export function syncTable(client: DynamoDBClient, TableName: string): SyncTable {
  const get = async (key: ItemKey) => (await client.send(new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true }))).Item;
  return {
    async read(key) {
      const found = await get(key);
      return found === undefined ? undefined : unmarshall(found);
    },
    async change(key, change) {
      const update = { TableName, ...updateOf(key, change), ReturnValues: 'ALL_NEW' as const };
      const changed = await unlessConditionFails(client.send(new UpdateItemCommand(update)));
      return changed === undefined ? undefined : unmarshall(changed.Attributes ?? {});
    },
    async remove(key, expect) {
      const { text, values } = conditionsOf(expect);
      const removed = await unlessConditionFails(
        client.send(
          new DeleteItemCommand({
            ...{ TableName, Key: marshall(key), ConditionExpression: text, ExpressionAttributeValues: values },
            ExpressionAttributeNames: Object.fromEntries(Object.keys(expect).map((name) => [`#${name}`, name])),
          }),
        ),
      );
      return removed !== undefined;
    },
    async reports(period) {
      const { pk } = periodKey(period);
      const found: Item[] = [];
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            ExclusiveStartKey,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :report)',
            ExpressionAttributeValues: marshall({ ':pk': pk, ':report': REPORT }),
          }),
        );
        for (const item of page.Items ?? []) found.push(unmarshall(item));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    },
    readApi: () => get(API),
    async updateApi({ UpdateExpression, ConditionExpression, ExpressionAttributeValues }) {
      const expressions = { UpdateExpression, ConditionExpression, ExpressionAttributeValues: { ...ExpressionAttributeValues } };
      const updated = await unlessConditionFails(
        client.send(new UpdateItemCommand({ TableName, Key: marshall(API), ReturnValues: 'UPDATED_OLD', ...expressions })),
      );
      return updated === undefined ? undefined : (updated.Attributes ?? {});
    },
  };
}

/** The update of an item, by itself or in a transaction. */
export function updateOf(key: ItemKey, { set, remove = [], expect }: Change) {
  const conditions = conditionsOf(expect);
  const sets = Object.entries(set).filter(([, value]) => value !== undefined);
  const removed = [...remove, ...Object.keys(set).filter((name) => set[name] === undefined)];
  const names = [...sets.map(([name]) => name), ...removed, ...Object.keys(expect)];
  return {
    Key: marshall(key),
    UpdateExpression: [
      ...(sets.length === 0 ? [] : [`SET ${sets.map(([name]) => `#${name} = :${name}`).join(', ')}`]),
      ...(removed.length === 0 ? [] : [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`]),
    ].join(' '),
    ConditionExpression: conditions.text,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: { ...marshall(Object.fromEntries(sets.map(([name, value]) => [`:${name}`, value]))), ...conditions.values },
  };
}

function conditionsOf(expect: Item): { readonly text: string; readonly values: Record<string, AttributeValue> | undefined } {
  const names = Object.keys(expect);
  const given = names.filter((name) => expect[name] !== undefined);
  return {
    text: names
      .map((name) => (expect[name] === undefined ? `attribute_not_exists(#${name})` : `#${name} = :expected_${name}`))
      .join(' AND '),
    values: given.length === 0 ? undefined : marshall(Object.fromEntries(given.map((name) => [`:expected_${name}`, expect[name]]))),
  };
}

async function unlessConditionFails<T>(sent: Promise<T>): Promise<T | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
