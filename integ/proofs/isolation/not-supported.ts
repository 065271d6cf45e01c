/** Something in a policy or an assembly that a proof cannot judge: it ends there, and says what it is. Never skipped, never guessed. */
export class NotSupported extends Error {
  public readonly name = 'NotSupported';
}

export function stop(where: string, what: string): never {
  throw new NotSupported(`${where}: ${what}`);
}

/** Whether an error says all in its message: something not supported, no assembly, an engine that cannot be had. */
export function isTold(error: unknown): error is Error {
  return error instanceof Error && ['NotSupported', 'AssemblyError', 'EngineError'].includes(error.name);
}
