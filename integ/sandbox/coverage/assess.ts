import { resourceTypeOf } from '../assembly/resource-types';
import type { Assembly, Coverage, CoverageEntry, Json, JsonObject, PropertySupport, Resource, ResourceType, Support } from '../contracts';

/** From the highest level of support to the lowest. */
export const LEVELS: readonly Support[] = ['runs', 'evaluated', 'template only', 'AWS only'];

/**
 * The support of each resource of an assembly. If a resource runs or is evaluated, every property must be supported and every expression
 * must have a value. Anything else is a problem, by name.
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
      } else if (LEVELS.indexOf(its.support) > LEVELS.indexOf(support)) {
        const exception = { property, support: its.support, reason: its.reason.replace('{value}', String(value)) };
        exceptions.set(`${property} ${exception.reason}`, exception);
      }
    }
    return { resource, supported: true, support, reason, problems: [...new Set(problems)], exceptions: [...exceptions.values()] };
  });
  return { entries, problems: [...new Set(entries.flatMap(({ problems }) => problems))] };
}

/** The coverage of a run, including resources and single values that were left out. */
export function withLeftOut(coverage: Coverage, { leftOut }: Assembly, values: readonly string[]): Coverage {
  const reasons = new Set(leftOut.values());
  return {
    ...coverage,
    entries: coverage.entries.map((entry) => ({ ...entry, leftOut: leftOut.get(entry.resource) })),
    leftOut: values.filter((line) => !reasons.has(line)),
  };
}

/** The properties with their values. Values of custom resources that have not run stay expressions. */
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

/** The dotted names that decide a property's support, with their values, as deep as the type lists them. */
function* properties(value: JsonObject, known: ResourceType, prefix = ''): Iterable<[string, Json]> {
  for (const [key, item] of Object.entries(value)) {
    const name = `${prefix}${key}`;
    const deeper = placesWithin(known).has(name);
    // Checks every element of a list; an element that is not an object has the support of the list.
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

/** The names that have listed members. */
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
