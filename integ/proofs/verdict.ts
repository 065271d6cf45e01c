/** Ends a proof: what was not true on standard error, one line of JSON as the last line of standard output, exit code 1 on a failure. */
export function verdict(figures: object, promises: Readonly<Record<string, boolean>>): void {
  const broken = Object.keys(promises).filter((promise) => !promises[promise]);
  for (const promise of broken) process.stderr.write(`not true: ${promise}\n`);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  if (broken.length > 0) process.exitCode = 1;
}
