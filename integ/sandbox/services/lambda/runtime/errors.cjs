'use strict';

/** An error of the runtime itself, such as `Runtime.ImportModuleError`. */
function namedError(name, message) {
  const error = new Error(message);
  error.name = name;
  error.stack = `${name}: ${message}`;
  return error;
}

/** An error as the runtime reports it (documented: "Understanding retry behavior", "Node.js function errors"). */
function describe(error) {
  if (
    error instanceof Error ||
    (typeof error?.name === 'string' && typeof error?.message === 'string' && typeof error?.stack === 'string')
  ) {
    return { errorType: error.name, errorMessage: error.message, trace: String(error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

module.exports = { describe, namedError };
