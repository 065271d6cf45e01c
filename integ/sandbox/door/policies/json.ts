import type { Json, JsonObject, Resource } from '../../contracts';

export function strings(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

export function objects(value: Json | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : []) as JsonObject[];
}

/** For messages about a resource of the template. */
export function named(resource: Resource): string {
  return `${resource.type} ${resource.path ?? resource.id}`;
}
