/** Something in a policy or an assembly that a proof cannot judge: it ends there, and says what it is. Never skipped, never guessed. */
export class NotSupported extends Error {
  public readonly name = 'NotSupported';
}

export function stop(where: string, what: string): never {
  throw new NotSupported(`${where}: ${what}`);
}
