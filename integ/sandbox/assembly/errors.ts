import type { Resource } from '../contracts';

/** A problem with the input of the sandbox, in one line: the folder, a template, an expression. */
export class AssemblyError extends Error {
  public readonly name = 'AssemblyError';
  /** The resource whose property has no value, if a property was read. */
  public resource?: Resource;
}

/** A value that a custom resource or an engine returns only after it has run. */
export class NotYetKnown extends Error {
  public readonly name = 'NotYetKnown';
  /** The resource whose property has no value yet, if a property was read. */
  public resource?: Resource;
}

/** A resource that is invalid or not supported. */
export class InvalidResource extends Error {
  public constructor(
    public readonly resource: Resource,
    message: string,
  ) {
    super(message);
  }
}

/** A request to a resource that is left out, with the reason. */
export class LeftOut extends Error {
  public readonly name = 'LeftOut';
}

/** The resource of an error, if it names one. */
export function resourceOf(error: unknown): Resource | undefined {
  return error instanceof AssemblyError || error instanceof NotYetKnown || error instanceof InvalidResource ? error.resource : undefined;
}

/** For a strict start: anything that cannot be created or run stops it. */
export function rejectNothing(_: Resource, reason: Error): never {
  throw reason;
}
