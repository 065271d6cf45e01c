/** Something in a policy or an assembly that a proof cannot evaluate. The proof stops and names it; it never skips or guesses. */
export class NotSupported extends Error {
  public readonly name = 'NotSupported';
}

export function stop(where: string, what: string): never {
  throw new NotSupported(`${where}: ${what}`);
}
