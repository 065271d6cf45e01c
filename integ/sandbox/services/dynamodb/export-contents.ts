import type { JsonObject } from '../../contracts';
import { objectOf } from '../../protocol/json';
import type { LoggedRecord } from './stream-log';

/** The lines of an export, each with the partition key that decides about its file. */
export interface ExportLine {
  readonly partition: string;
  readonly line: JsonObject;
}

/** The items at a point in time: what the table has now, without the changes since then. */
export function itemsAt(keys: readonly string[], items: readonly JsonObject[], changes: readonly LoggedRecord[], at: number): ExportLine[] {
  const byKey = new Map(items.map((item) => [keyText(keys, item), item]));
  for (const change of [...changes].reverse()) {
    if (change.at <= at) break;
    const { Keys, OldImage } = objectOf(change.record.dynamodb);
    const key = keyText(keys, objectOf(Keys));
    if (OldImage === undefined) byKey.delete(key);
    else byKey.set(key, objectOf(OldImage));
  }
  return [...byKey.values()].map((Item) => ({ partition: partitionOf(keys, Item), line: { Item } }));
}

/**
 * The items that changed in a span, each once, with the state before and after all of its changes. Documented: "DynamoDB table export output
 * format": the start is inclusive and the end exclusive; an item that was inserted and removed in the span is not included.
 */
export function changesBetween(
  keys: readonly string[],
  changes: readonly LoggedRecord[],
  { from, to, view }: { readonly from: number; readonly to: number; readonly view: string },
): ExportLine[] {
  const byKey = new Map<string, { readonly first: JsonObject; readonly last: JsonObject; readonly at: number }>();
  for (const { at, record } of changes) {
    if (at < from || at >= to) continue;
    const change = objectOf(record.dynamodb);
    const key = keyText(keys, objectOf(change.Keys));
    byKey.set(key, { first: byKey.get(key)?.first ?? change, last: change, at });
  }
  return [...byKey.values()].flatMap(({ first, last, at }) => {
    const { OldImage } = first;
    const { Keys, NewImage } = last;
    if (OldImage === undefined && NewImage === undefined) return [];
    const line: JsonObject = {
      Metadata: { WriteTimestampMicros: { N: String(at * 1000) } },
      Keys,
      ...(OldImage === undefined || view === 'NEW_IMAGE' ? {} : { OldImage }),
      ...(NewImage === undefined ? {} : { NewImage }),
    };
    return [{ partition: partitionOf(keys, objectOf(Keys)), line }];
  });
}

function keyText(keys: readonly string[], item: JsonObject): string {
  return JSON.stringify(keys.map((name) => item[name]));
}

function partitionOf([partitionKey]: readonly string[], item: JsonObject): string {
  return JSON.stringify(item[partitionKey]);
}
