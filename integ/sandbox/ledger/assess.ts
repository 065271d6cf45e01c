import type { Assembly, Json, JsonObject, Ledger, LedgerEntry, PropertyKnowledge, Resource, Standing, TypeKnowledge } from '../contracts';
import { knowledgeOf } from '../knowledge';

/** From the most that can be said to the least. */
export const STANDINGS: readonly Standing[] = ['run', 'evaluated', 'asserted only', 'needs AWS'];

/**
 * What becomes of each resource of an assembly. Of a resource that is run or evaluated every property has to be known and every
 * expression to have a value: what is not is a problem, by name.
 */
export function assess(assembly: Assembly, knowledge: readonly TypeKnowledge[]): Ledger {
  const problems: string[] = [];
  const entries = assembly.resources.map((resource): LedgerEntry => {
    const known = knowledgeOf(knowledge, resource.type);
    if (known === undefined) {
      problems.push(`${resource.type} is not understood (${resource.id})`);
      return { resource, understood: false, standing: 'needs AWS', reason: 'not understood', exceptions: [] };
    }
    const { standing, reason } = known;
    if (standing !== 'run' && standing !== 'evaluated') {
      return { resource, understood: true, standing, reason, exceptions: [] };
    }
    const exceptions = new Map<string, LedgerEntry['exceptions'][number]>();
    for (const [property, value] of properties(settled(assembly, resource, problems), known)) {
      const its = standingOf(known, property);
      if (its === undefined) {
        problems.push(`${resource.type}.${property} is not understood (${resource.id})`);
      } else if (STANDINGS.indexOf(its.standing) > STANDINGS.indexOf(standing)) {
        const exception = { property, standing: its.standing, reason: its.reason.replace('{value}', String(value)) };
        exceptions.set(`${property} ${exception.reason}`, exception);
      }
    }
    return { resource, understood: true, standing, reason, exceptions: [...exceptions.values()] };
  });
  return { entries, problems: [...new Set(problems)] };
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

/** The names at which a property's standing is decided, with their values: as deep as what is known of the type goes. */
function* properties(value: JsonObject, known: TypeKnowledge, prefix = ''): Iterable<[string, Json]> {
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

const places = new WeakMap<TypeKnowledge, Set<string>>();

/** The names that something is known beneath. */
function placesWithin(known: TypeKnowledge): Set<string> {
  let found = places.get(known);
  if (!found) {
    found = new Set(Object.keys(known.properties).flatMap((name) => [...name.matchAll(/\./g)].map(({ index }) => name.slice(0, index))));
    places.set(known, found);
  }
  return found;
}

function standingOf(known: TypeKnowledge, property: string): { standing: Standing; reason: string } | undefined {
  const parent = property.slice(0, property.lastIndexOf('.') + 1);
  const its: PropertyKnowledge | undefined = known.properties[property] ?? known.properties[`${parent}*`];
  if (its === undefined) {
    return undefined;
  }
  const [standing, ...reason] = its.split(': ');
  return { standing: standing as Standing, reason: reason.join(': ') };
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isExpression(value: Json): boolean {
  return isObject(value) && Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'));
}
