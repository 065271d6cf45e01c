import type { ErasedItems } from './request';

/** A key of an item in DynamoDB's JSON. */
type Value = { readonly S?: string };
type Item = Readonly<Record<string, Value | undefined>>;

/** Names of the keys of the table: the partition key, and the sort key if it has one. */
export type KeyNames = readonly string[];

/**
 * The condition of a query for the stored rows of the items. It is never null, so that NOT gives all other rows.
 *
 * @param keys as in the files, where names are in lower case: `item."pk"."s"`
 */
export function sqlCondition(items: readonly ErasedItems[], keys: KeyNames): string {
  const [partition, sort] = keys.map((name) => `item."${name.toLowerCase()}"."s"`);
  const each = items.map(({ partitionKey, wholeTenant, sortKey, sortKeyPrefix }) => {
    const conditions = [wholeTenant ? startsWith(partition, partitionKey) : `${partition} = ${text(partitionKey)}`];
    if (sortKey !== undefined) conditions.push(`${sort} = ${text(sortKey)}`);
    if (sortKeyPrefix !== undefined) conditions.push(startsWith(sort, sortKeyPrefix));
    return conditions.join(' AND ');
  });
  return `coalesce(${each.map((one) => `(${one})`).join(' OR ')}, false)`;
}

function startsWith(column: string, prefix: string): string {
  return `substr(${column}, 1, ${[...prefix].length}) = ${text(prefix)}`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Whether a record of a stream, or a line of an export, is about one of the items. */
export function isAbout(items: readonly ErasedItems[], keys: KeyNames, record: unknown): boolean {
  const [partition, sort] = keys;
  const item = itemOf(record);
  if (item === undefined) return false;
  return items.some(
    ({ partitionKey, wholeTenant, sortKey, sortKeyPrefix }) =>
      (wholeTenant ? item[partition]?.S?.startsWith(partitionKey) === true : item[partition]?.S === partitionKey) &&
      (sortKey === undefined || item[sort]?.S === sortKey) &&
      (sortKeyPrefix === undefined || item[sort]?.S?.startsWith(sortKeyPrefix) === true),
  );
}

/** `item` in what the pipe sends; `Item` and `Keys` in exports of a table. Documented: "DynamoDB table export output format". */
function itemOf(record: unknown): Item | undefined {
  const { item, Item, Keys } = (record ?? {}) as Readonly<Record<string, Item | undefined>>;
  return item ?? Item ?? Keys;
}

/** Whether a text that is not JSON contains the keys of one of the items. */
export function mentions(items: readonly ErasedItems[], content: string): boolean {
  return items.some(({ partitionKey, wholeTenant, sortKey, sortKeyPrefix }) => {
    // With the quotation mark before it: the id of a tenant can be the end of another one's.
    const partition = wholeTenant ? `"${partitionKey}` : inJson(partitionKey);
    return [partition, inJson(sortKey ?? sortKeyPrefix ?? '')].every((key) => content.includes(key));
  });
}

function inJson(key: string): string {
  return JSON.stringify(key).slice(1, -1);
}
