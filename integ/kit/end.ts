/** How long a run may take to close what it started. */
const CLOSING_TIMEOUT_MS = 20_000;

/**
 * Ends this process, whatever is still open: a server that nobody closed would keep it for ever. A sandbox closes itself when the process
 * is told to end.
 */
export function end(status: number): void {
  process.exitCode = status;
  if (process.listenerCount('SIGTERM') === 0) process.exit();
  setTimeout(() => process.exit(), CLOSING_TIMEOUT_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}
