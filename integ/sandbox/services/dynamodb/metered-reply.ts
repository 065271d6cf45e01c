const MEMBER = '"ConsumedCapacity":';

/**
 * Takes the capacity out of a reply, whose items may be large: the reply as a whole is not parsed. Within a text, quotes are escaped, so
 * that the last place of the member's name is the member, or an attribute of an item, which does not end where the reply ends.
 */
export function withoutCapacity(body: string): { readonly rest: string; readonly capacity?: unknown } {
  const start = body.lastIndexOf(MEMBER);
  if (start < 0) return { rest: body };
  const tail = body.slice(start + MEMBER.length, -1);
  try {
    const capacity: unknown = JSON.parse(tail);
    return { rest: `${body.slice(0, body[start - 1] === ',' ? start - 1 : start)}}`, capacity };
  } catch {
    const { ConsumedCapacity: capacity, ...rest } = JSON.parse(body) as Record<string, unknown>;
    return { rest: JSON.stringify(rest), capacity };
  }
}

/** The number of items of a query or a scan: attributes of an item with this name have an object as their value. */
export function countOf(body: string): number | undefined {
  const count = /"Count":(\d+)/.exec(body)?.[1];
  return count === undefined ? undefined : Number(count);
}
