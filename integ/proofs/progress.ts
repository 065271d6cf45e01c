/** Says on standard error how far a long run is: at most twice a second, in place on a terminal. */
export function createProgress(out: NodeJS.WriteStream = process.stderr): {
  step(line: string): void;
  count(what: string, done: number, of: number): void;
} {
  let last = 0;
  let open = false;
  const finish = () => {
    if (open) out.write('\n');
    open = false;
  };
  return {
    step(line) {
      finish();
      out.write(`${line}\n`);
    },
    count(what, done, of) {
      const now = Date.now();
      const complete = done >= of;
      if (!complete && now - last < (out.isTTY ? 500 : 5000)) return;
      last = now;
      if (out.isTTY) out.write(`\r${what}: ${done}/${of}`);
      else out.write(`${what}: ${done}/${of}\n`);
      open = out.isTTY && !complete;
      if (out.isTTY && complete) out.write('\n');
    },
  };
}
