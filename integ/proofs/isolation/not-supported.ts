/** Something in a policy or an assembly that a proof cannot judge: it ends there, and says what it is. Never skipped, never guessed. */
export class NotUnderstood extends Error {
  public readonly name = 'NotUnderstood';
}

export function stop(where: string, what: string): never {
  throw new NotUnderstood(`${where}: ${what}`);
}
