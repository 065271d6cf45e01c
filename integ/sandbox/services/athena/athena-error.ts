/** Why a query fails: the code and the text of `StateChangeReason`. */
export class AthenaError extends Error {
  public constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
