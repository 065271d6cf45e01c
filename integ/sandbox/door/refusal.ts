/** An error that a service answers in its own shape; thrown from wherever it is found. */
export class Refusal extends Error {
  /**
   * @param code as the JSON protocols name it: `ValidationException`
   * @param status of HTTP
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}
