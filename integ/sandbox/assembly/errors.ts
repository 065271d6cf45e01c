import type { Resource } from '../contracts';

/** A problem with what was given to the sandbox, in one line: the folder, a template, an expression. */
export class AssemblyError extends Error {
  public readonly name = 'AssemblyError';
  /** Whose property has no value, where a property was read. */
  public resource?: Resource;
}

/** A value that a custom resource, or an engine, says only when it has run. */
export class NotYetKnown extends Error {
  public readonly name = 'NotYetKnown';
  /** Whose property has no value yet, where a property was read. */
  public resource?: Resource;
}

/** A resource that cannot be used as it is. */
export class InvalidResource extends Error {
  public constructor(
    public readonly resource: Resource,
    message: string,
  ) {
    super(message);
  }
}

/** A request to what is left out of the run, with the reason. */
export class LeftOut extends Error {
  public readonly name = 'LeftOut';
}

/** The resource that an error is about, where it says so. */
export function resourceOf(error: unknown): Resource | undefined {
  return error instanceof AssemblyError || error instanceof NotYetKnown || error instanceof InvalidResource ? error.resource : undefined;
}

/** For a start in which nothing is left out: what cannot be made or run ends it. */
export function rejectNothing(_: Resource, reason: Error): never {
  throw reason;
}
