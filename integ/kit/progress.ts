/** Reports the progress of a long run on standard error; on a terminal, counts are updated in place. */
export interface Progress {
  /** Starts the next step. */
  step(line: string): void;
  /** Reports how much of the current step is done, at most every few seconds. */
  count(what: string, done: number, of: number): void;
  /** The current step. */
  current(): string;
  close(): void;
}

const TERMINAL_INTERVAL_MS = 500;
const LOG_INTERVAL_MS = 5_000;
/** A run that prints nothing for this long repeats its current step. */
const SILENCE_MS = 30_000;

export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  let current = 'starting';
  let lastCount = 0;
  let lastOutput = Date.now();
  let since = Date.now();
  let open = false;
  const write = (text: string) => {
    lastOutput = Date.now();
    out.write(text);
  };
  const finish = () => {
    if (open) write('\n');
    open = false;
  };
  const heartbeat = setInterval(() => {
    if (Date.now() - lastOutput < SILENCE_MS) return;
    finish();
    write(`still running: ${current} (${Math.round((Date.now() - since) / 1000)} s)\n`);
  }, LOG_INTERVAL_MS).unref();
  return {
    step(line) {
      finish();
      current = line.trim();
      since = Date.now();
      write(`${line}\n`);
    },
    count(what, done, of) {
      const now = Date.now();
      const complete = done >= of;
      if (current !== what) since = now;
      current = what;
      if (!complete && now - lastCount < (out.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS)) return;
      lastCount = now;
      write(out.isTTY ? `\r${what}: ${done}/${of}` : `${what}: ${done}/${of}\n`);
      open = out.isTTY && !complete;
      if (out.isTTY && complete) write('\n');
    },
    current: () => current,
    close: () => clearInterval(heartbeat),
  };
}
