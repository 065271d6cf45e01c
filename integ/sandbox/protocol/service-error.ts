import type { Denial } from '../contracts';

/** An error that a service answers in its own shape; thrown from wherever it is found. */
export class ServiceError extends Error {
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

/** A permission that is missing, and of which only the engine's answer told that it was needed: the key of an object, say. */
export class AccessDenied extends ServiceError {
  constructor(readonly denial: Denial) {
    super('AccessDeniedException', denial.message);
  }
}
