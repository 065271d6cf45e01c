import type { Json, JsonObject } from '../contracts';

export function strings(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

export function objects(value: Json | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : []) as JsonObject[];
}

/** A property that is an object; an empty object if it is missing. */
export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** CloudFormation also accepts booleans as text. */
export function isTrue(value: Json | undefined): boolean {
  return String(value) === 'true';
}

/** The tags of a resource, `[{ Key, Value }]`, by key. */
export function tagsOf(tags: Json | undefined): Record<string, string> {
  return Object.fromEntries(objects(tags).map(({ Key, Value }) => [String(Key), String(Value)]));
}

/** An object that a template may contain as JSON text; undefined if it is not an object. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  let read: unknown = value;
  try {
    read = typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as JsonObject) : undefined;
}
