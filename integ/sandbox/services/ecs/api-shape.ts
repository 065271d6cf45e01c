import type { Json, JsonObject } from '../../contracts';

/** Members whose keys are the user's own. */
const MAPS = ['options', 'dockerlabels'];

/** Properties of a resource in the shape of the API: CloudFormation and ECS differ in the first letter of a name only. */
export function toApi(properties: JsonObject): JsonObject {
  return renamed(properties, (name) => name.charAt(0).toLowerCase() + name.slice(1));
}

/** The input of an operation in the shape of a template's properties. */
export function fromApi(input: JsonObject): JsonObject {
  return renamed(input, (name) => name.charAt(0).toUpperCase() + name.slice(1));
}

function renamed(object: JsonObject, rename: (name: string) => string): JsonObject {
  const inner = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(inner);
    return typeof value === 'object' && value !== null ? renamed(value, rename) : value;
  };
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [rename(name), MAPS.includes(name.toLowerCase()) ? value : inner(value)]),
  );
}
