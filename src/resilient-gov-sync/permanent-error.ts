/** The name that Lambda reports, and that the states know. */
export const PERMANENT = 'PermanentError';

/** An error that the same step would have again: it is not tried again, and the attempt ends at once. */
export class PermanentError extends Error {
  public override readonly name = PERMANENT;
}
