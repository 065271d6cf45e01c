import type { JsonObject } from '../../../contracts';
import { UsageConflict } from '../usage/store';

/** Documented: "The maximum number of returned results per page. The default value is 25 and the maximum value is 500". */
const LIMIT = { default: 25, maximum: 500 };

/**
 * A page of a list: `item`, and a `position` if there are more. The position names the last item, so that created or deleted items don't
 * shift a page.
 */
export function paged<T extends { readonly id: string }>(
  all: readonly T[],
  query: ReadonlyMap<string, string>,
  show: (one: T) => JsonObject,
): JsonObject {
  const limit = Number(query.get('limit') ?? LIMIT.default);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT.maximum) {
    throw new UsageConflict('BadRequestException', `Invalid limit ${query.get('limit')}: it must be from 1 to ${LIMIT.maximum}`);
  }
  const position = query.get('position');
  const after = position === undefined ? -1 : all.findIndex(({ id }) => id === Buffer.from(position, 'base64').toString());
  if (position !== undefined && after < 0) throw new UsageConflict('BadRequestException', 'Invalid position parameter');
  const item = all.slice(after + 1, after + 1 + limit);
  const last = item.at(-1);
  return {
    item: item.map(show),
    ...(last && after + 1 + limit < all.length ? { position: Buffer.from(last.id).toString('base64') } : {}),
  };
}
