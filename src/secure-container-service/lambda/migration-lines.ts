/** The line of a request that was answered with success. */
export function migrationLine(requestType: string, outcome: string): object {
  return { level: 'INFO', message: 'Migration', requestType, outcome };
}

/** The line of a migration that stops a deployment. */
export function migrationFailureLine(requestType: string, error: Error): object {
  return { level: 'ERROR', message: 'Migration failed', requestType, reason: error.message };
}
