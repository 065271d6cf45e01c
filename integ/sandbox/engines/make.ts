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

/** Makes resources in an engine, one after another. */
export async function makeEach<T extends Made>(
  all: readonly T[],
  engine: Maker,
  make: (one: T, ask: Maker['ask']) => Promise<unknown>,
): Promise<void> {
  try {
    for (const one of all) await madeOf(one.resource, () => make(one, engine.ask));
  } finally {
    engine.close();
  }
}

/** What the engine rejects is an error with the resource's id. */
export async function madeOf<T>({ id }: Resource, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw new EngineError(`${id}: ${(error as Error).message}`);
  }
}

/** Resources by their name in the engine. @throws EngineError where two have the same */
export function distinct<T extends Made>(all: readonly T[], nameOf: (one: T) => string, remedy: string): Map<string, T> {
  const named = new Map<string, T>();
  for (const one of all) {
    const twin = named.get(nameOf(one));
    if (twin) throw new EngineError(`${one.resource.id} and ${twin.resource.id} are both named ${nameOf(one)}: ${remedy}`);
    named.set(nameOf(one), one);
  }
  return named;
}
