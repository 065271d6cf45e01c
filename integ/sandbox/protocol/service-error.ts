import type { Denial } from '../contracts';

/** An error that a service returns in its own format. */
export class ServiceError extends Error {
  /**
   * @param code the code in the JSON protocols: `ValidationException`
   * @param status the HTTP status
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** A missing permission whose need is known only from the engine's response, such as that for the key of an object. */
export class AccessDenied extends ServiceError {
  constructor(readonly denial: Denial) {
    super('AccessDeniedException', denial.message);
  }
}
