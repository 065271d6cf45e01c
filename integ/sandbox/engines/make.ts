import type { JsonObject, Resource } from '../contracts';
import { EngineError } from './command';

interface Made {
  readonly resource: Resource;
}

/** An engine that speaks a service's JSON protocol. */
interface Maker {
  ask(operation: string, input: JsonObject): Promise<JsonObject>;
  close(): void;
}

/** Leaves out a resource that cannot be created. @throws the reason if the start is strict */
export type Reject = (resource: Resource, reason: Error) => void;

/** Creates resources in an engine, one after another. */
export async function makeEach<T extends Made>(
  all: Iterable<T>,
  engine: Maker,
  reject: Reject,
  make: (one: T, ask: Maker['ask']) => Promise<unknown>,
): Promise<void> {
  try {
    for (const one of all) await madeOrRejected(one.resource, reject, () => make(one, engine.ask));
  } finally {
    engine.close();
  }
}

/** Adds the resource's id to an error of the engine. */
export async function madeOf<T>({ id }: Resource, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw new EngineError(`${id}: ${(error as Error).message}`);
  }
}

/** Whether a resource was created. */
export async function madeOrRejected(resource: Resource, reject: Reject, make: () => Promise<unknown>): Promise<boolean> {
  try {
    await madeOf(resource, make);
    return true;
  } catch (error) {
    reject(resource, error as Error);
    return false;
  }
}

/** Resources by their name in the engine. If two have the same name, the second one is rejected. */
export function distinct<T extends Made>(all: readonly T[], nameOf: (one: T) => string, remedy: string, reject: Reject): Map<string, T> {
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
export function withoutProblems<T extends Made & { readonly problems: readonly string[] }>(all: readonly T[], reject: Reject): T[] {
  return all.filter(({ resource, problems }) => {
    if (problems.length > 0) reject(resource, new EngineError(problems.join('\n')));
    return problems.length === 0;
  });
}
