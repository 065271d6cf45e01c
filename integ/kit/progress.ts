/** Reports on standard error how far a long run is, in place on a terminal. */
export interface Progress {
  /** What is being waited for from now on. */
  step(line: string): void;
  /** How much of the current step is done: printed at most every few seconds. */
  count(what: string, done: number, of: number): void;
  /** The last line that was reported. */
  current(): string;
  close(): void;
}

const TERMINAL_INTERVAL_MS = 500;
const LOG_INTERVAL_MS = 5_000;
/** A run that is silent for this long repeats what it waits for. */
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
    write(`still at: ${current} (${Math.round((Date.now() - since) / 1000)} s)\n`);
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
