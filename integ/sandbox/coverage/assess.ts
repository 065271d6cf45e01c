import { resourceTypeOf } from '../assembly/resource-types';
import type { Assembly, Coverage, CoverageEntry, Json, JsonObject, PropertySupport, Resource, ResourceType, Support } from '../contracts';

/** From the most that can be said to the least. */
export const STANDINGS: readonly Support[] = ['runs', 'evaluated', 'template only', 'AWS only'];

/**
 * What becomes of each resource of an assembly. Of a resource that is run or evaluated every property has to be known and every
 * expression to have a value: what is not is a problem, by name.
 */
export function assess(assembly: Assembly, types: readonly ResourceType[]): Coverage {
  const entries = assembly.resources.map((resource): CoverageEntry => {
    const known = resourceTypeOf(types, resource.type);
    if (known === undefined) {
      const problems = [`${resource.type} is not supported (${resource.id})`];
      return { resource, supported: false, support: 'AWS only', reason: 'not supported', problems, exceptions: [] };
    }
    const { support, reason } = known;
    if (support !== 'runs' && support !== 'evaluated') {
      return { resource, supported: true, support, reason, problems: [], exceptions: [] };
    }
    const problems: string[] = [];
    const exceptions = new Map<string, CoverageEntry['exceptions'][number]>();
    for (const [property, value] of properties(settled(assembly, resource, problems), known)) {
      const its = supportOf(known, property);
      if (its === undefined) {
        problems.push(`${resource.type}.${property} is not supported (${resource.id})`);
      } else if (STANDINGS.indexOf(its.support) > STANDINGS.indexOf(support)) {
        const exception = { property, support: its.support, reason: its.reason.replace('{value}', String(value)) };
        exceptions.set(`${property} ${exception.reason}`, exception);
      }
    }
    return { resource, supported: true, support, reason, problems: [...new Set(problems)], exceptions: [...exceptions.values()] };
  });
  return { entries, problems: [...new Set(entries.flatMap(({ problems }) => problems))] };
}

/** The coverage of a run: with what was left out of it, resources and single values. */
export function withLeftOut(coverage: Coverage, { leftOut }: Assembly, values: readonly string[]): Coverage {
  const reasons = new Set(leftOut.values());
  return {
    ...coverage,
    entries: coverage.entries.map((entry) => ({ ...entry, leftOut: leftOut.get(entry.resource) })),
    leftOut: values.filter((line) => !reasons.has(line)),
  };
}

/** The properties with their values; what a custom resource has yet to say stays an expression. */
function settled(assembly: Assembly, resource: Resource, problems: string[]): JsonObject {
  try {
    return assembly.properties(resource);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NotYetKnown')) {
      problems.push((error as Error).message);
    }
  }
  return resource.properties;
}

/** The names at which a property's support is decided, with their values: as deep as what is known of the type goes. */
function* properties(value: JsonObject, known: ResourceType, prefix = ''): Iterable<[string, Json]> {
  for (const [key, item] of Object.entries(value)) {
    const name = `${prefix}${key}`;
    const deeper = placesWithin(known).has(name);
    // Every element of a list is looked at: what is no object there is decided as the list itself.
    for (const part of deeper ? [item].flat() : [item]) {
      if (!deeper || !isObject(part)) {
        yield [name, part];
      } else if (!isExpression(part)) {
        yield* properties(part, known, `${name}.`);
      }
    }
  }
}

const places = new WeakMap<ResourceType, Set<string>>();

/** The names that something is known beneath. */
function placesWithin(known: ResourceType): Set<string> {
  let found = places.get(known);
  if (!found) {
    found = new Set(Object.keys(known.properties).flatMap((name) => [...name.matchAll(/\./g)].map(({ index }) => name.slice(0, index))));
    places.set(known, found);
  }
  return found;
}

function supportOf(known: ResourceType, property: string): { support: Support; reason: string } | undefined {
  const parent = property.slice(0, property.lastIndexOf('.') + 1);
  const its: PropertySupport | undefined = known.properties[property] ?? known.properties[`${parent}*`];
  if (its === undefined) {
    return undefined;
  }
  const [support, ...reason] = its.split(': ');
  return { support: support as Support, reason: reason.join(': ') };
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isExpression(value: Json): boolean {
  return isObject(value) && Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'));
}
