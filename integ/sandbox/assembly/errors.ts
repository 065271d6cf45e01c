/** A problem with what was given to the sandbox, told in one line: the folder, a template, an expression. */
export class AssemblyError extends Error {
  public readonly name = 'AssemblyError';
}

/** A value that a custom resource, or an engine, says only when it has run. */
export class NotYetKnown extends Error {
  public readonly name = 'NotYetKnown';
}
