/** A key in DynamoDB's JSON, or in that of the SDK, where bytes are not encoded. */
export type Key = Readonly<Record<string, unknown>>;

/** Whether two keys are the same. */
export function sameKey(one: Key, other: Key): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => text(one[name]) === text(other[name]));
}

/** A key attribute as text: `S:a`. */
function text(attribute: unknown): string {
  const [[type, value] = ['', '']] = Object.entries((attribute ?? {}) as Record<string, unknown>);
  return `${type}:${value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value)}`;
}
