import type { Resource } from '../contracts';
import type { JsonEngine } from '../protocol/aws-json';
import { EngineError } from './command';

interface OfResource {
  readonly resource: Resource;
}

/** Leaves out a resource that cannot be created. @throws the reason if the start is strict */
export type Reject = (resource: Resource, reason: Error) => void;

/** Creates resources in an engine, one after another. */
export async function createEach<T extends OfResource>(
  all: Iterable<T>,
  engine: JsonEngine,
  reject: Reject,
  create: (one: T, call: JsonEngine['call']) => Promise<unknown>,
): Promise<void> {
  try {
    for (const one of all) await createOrReject(one.resource, reject, () => create(one, engine.call));
  } finally {
    engine.close();
  }
}

/** Creates a resource, or rejects it with the engine's error. Returns whether it was created. */
export async function createOrReject(resource: Resource, reject: Reject, create: () => Promise<unknown>): Promise<boolean> {
  try {
    await create();
    return true;
  } catch (error) {
    reject(resource, new EngineError(`${resource.id}: ${(error as Error).message}`));
    return false;
  }
}

/** Resources by their name in the engine. If two have the same name, the second one is rejected. */
export function distinct<T extends OfResource>(
  all: readonly T[],
  nameOf: (one: T) => string,
  remedy: string,
  reject: Reject,
): Map<string, T> {
  const named = new Map<string, T>();
  for (const one of all) {
    const twin = named.get(nameOf(one));
    if (twin) {
      reject(one.resource, new EngineError(`${one.resource.id} and ${twin.resource.id} are both named ${nameOf(one)}: ${remedy}`));
    } else {
      named.set(nameOf(one), one);
    }
  }
  return named;
}

/** The resources without problems; the others are rejected. */
export function withoutProblems<T extends OfResource & { readonly problems: readonly string[] }>(all: readonly T[], reject: Reject): T[] {
  return all.filter(({ resource, problems }) => {
    if (problems.length > 0) reject(resource, new EngineError(problems.join('\n')));
    return problems.length === 0;
  });
}
