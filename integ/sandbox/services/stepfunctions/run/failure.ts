/** The error of a state, with the two fields that a Catch passes on. */
export class TaskFailure extends Error {
  constructor(
    readonly error: string,
    readonly cause: string,
  ) {
    super(`${error}: ${cause}`);
  }
}

/** Documented: "Handling errors in Step Functions workflows", error names. */
export const RUNTIME = 'States.Runtime';
export const TIMEOUT = 'States.Timeout';
export const DATA_LIMIT = 'States.DataLimitExceeded';
