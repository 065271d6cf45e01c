/** How long a run may take to close what it started. */
const CLOSING_TIMEOUT_MS = 20_000;

/**
 * Ends this process even if something is still open: a server that nobody closed would keep it alive. A sandbox closes itself when the
 * process gets a signal to end.
 */
export function end(status: number): void {
  process.exitCode = status;
  if (process.listenerCount('SIGTERM') === 0) process.exit();
  setTimeout(() => process.exit(), CLOSING_TIMEOUT_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}

/** Ends this process after its work, with its error on the standard error if it fails. */
export function endAfter(work: Promise<void>): void {
  work.then(
    () => end(0),
    (error: Error) => {
      console.error(error.stack);
      end(1);
    },
  );
}
