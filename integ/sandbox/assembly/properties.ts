import type { Assembly, Json, JsonObject, Problem, Resource, ResourceReader } from '../contracts';
import { NotYetKnown } from './errors';

/** Reads the resolved properties of one resource, or of an object within it, and names resource and property in every error. */
export interface Properties {
  has(name: string): boolean;
  text(name: string): string | undefined;
  required(name: string): string;
  number(name: string): number | undefined;
  flag(name: string): boolean;
  /** A map of names to text. */
  texts(name: string): Record<string, string>;
  object(name: string): Properties | undefined;
  list(name: string): Properties[];
  raw(name: string): Json | undefined;
  /** Rejects all other properties, so that an unsupported one is never ignored. */
  only(...names: string[]): void;
  /** An error about a property: `AWS::X::Y.Name <problem> (Stack.Id)`. */
  invalid(name: string, problem: string): Error;
  /** Calls `read` and turns its error into one about the property. */
  attempt<T>(name: string, read: () => T): T;
}

/** The resources of some types as their service reads them. */
export function readEach<T>(assembly: Assembly, types: string | readonly string[], reader: ResourceReader<T>): T[] {
  return resourcesOf(assembly, types).map((resource) => assembly.read(resource, reader));
}

/** Those that can be read before custom resources have run. */
export function readSettled<T>(assembly: Assembly, types: string | readonly string[], reader: ResourceReader<T>): T[] {
  return resourcesOf(assembly, types).flatMap((resource) => settled(() => [assembly.read(resource, reader)]));
}

/** The problems of resources that can be read before custom resources have run. */
export function problemsOfEach(
  assembly: Assembly,
  types: string | readonly string[],
  reader: ResourceReader<{ readonly resource: Resource; readonly problems: readonly string[] }>,
): Problem[] {
  return readSettled(assembly, types, reader).flatMap(({ resource, problems }) => problems.map((message) => ({ resource, message })));
}

/** The problems of resources whose reader throws, by type. */
export function unreadable(assembly: Assembly, readers: readonly (readonly [type: string, reader: ResourceReader<unknown>])[]): Problem[] {
  const problemsAt = (read: () => unknown): readonly string[] => {
    try {
      read();
      return [];
    } catch (error) {
      return problemsIn(error);
    }
  };
  return readers.flatMap(([type, reader]) =>
    assembly
      .ofType(type)
      .flatMap((resource) => settled(() => problemsAt(() => assembly.read(resource, reader))).map((message) => ({ resource, message }))),
  );
}

function resourcesOf(assembly: Assembly, types: string | readonly string[]): Resource[] {
  return [types].flat().flatMap((type) => assembly.ofType(type));
}

/** The result of `read`, or nothing if it needs a value of a custom resource. */
export function settled<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotYetKnown) return [];
    throw error;
  }
}

/** The problems of one resource, one per line, each with its id. */
export class InvalidProperties extends Error {
  public constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Reads every part and throws the problems of all parts together. */
export function readAll<T extends Record<string, unknown>>(parts: { readonly [Name in keyof T]: () => T[Name] }): T {
  const read: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, part] of Object.entries(parts)) {
    try {
      read[name] = part();
    } catch (error) {
      problems.push(...problemsIn(error));
    }
  }
  if (problems.length > 0) throw new InvalidProperties([...new Set(problems)]);
  return read as T;
}

/** The problems in an error. A missing value of a custom resource is not a problem, so that error is thrown again. */
export function problemsIn(error: unknown): readonly string[] {
  if (error instanceof NotYetKnown) throw error;
  return error instanceof InvalidProperties ? error.problems : [(error as Error).message];
}

/** Reads what can be read, and keeps the problems of what cannot. */
export function collecting() {
  const problems = new Set<string>();
  /** The result of `read` as the only element, or an empty list if it throws. */
  const attempt = <T>(read: () => T): T[] => {
    try {
      return [read()];
    } catch (error) {
      for (const problem of problemsIn(error)) problems.add(problem);
      return [];
    }
  };
  return { problems, attempt };
}

export function propertiesOf(assembly: Assembly, resource: Resource): Properties {
  return properties(resource, assembly.properties(resource), '');
}

function properties(resource: Resource, values: JsonObject, prefix: string): Properties {
  const invalid = (name: string, problem: string): Error => new Error(`${resource.type}.${prefix}${name} ${problem} (${resource.id})`);
  const text = (name: string): string | undefined => {
    const value = values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'object') throw invalid(name, 'must be text');
    return String(value);
  };
  const within = (name: string, value: Json): Properties => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name, 'must be an object');
    return properties(resource, value, `${prefix}${name}.`);
  };
  return {
    has: (name) => values[name] !== undefined && values[name] !== null,
    text,
    required: (name) => {
      const value = text(name);
      if (value === undefined || value === '') throw invalid(name, 'is missing');
      return value;
    },
    number: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      if (value === '' || Number.isNaN(Number(value))) throw invalid(name, `must be a number, not ${value}`);
      return Number(value);
    },
    flag: (name) => text(name) === 'true',
    texts: (name) => {
      const value = values[name] ?? {};
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name, 'must be an object');
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typeof item === 'string' ? item : JSON.stringify(item)]));
    },
    object: (name) => (values[name] === undefined || values[name] === null ? undefined : within(name, values[name])),
    list: (name) => {
      const value = values[name] ?? [];
      if (!Array.isArray(value)) throw invalid(name, 'must be a list');
      return value.map((item, index) => within(`${name}.${index}`, item));
    },
    raw: (name) => values[name],
    only: (...names) => {
      for (const name of Object.keys(values)) {
        if (!names.includes(name)) throw invalid(name, 'is not supported');
      }
    },
    invalid,
    attempt: (name, read) => {
      try {
        return read();
      } catch (error) {
        throw invalid(name, `cannot be run: ${(error as Error).message}`);
      }
    },
  };
}
