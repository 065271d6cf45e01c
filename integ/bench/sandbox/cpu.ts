import { readFileSync } from 'node:fs';

/** Documented: proc(5): `sysconf(_SC_CLK_TCK)` is 100 on Linux, independent of the kernel's own timer. */
const TICK_MILLISECONDS = 10;

/** CPU milliseconds that a process has used so far; undefined on systems without /proc. */
export function cpuOf(pid: number): number | undefined {
  try {
    // After the name, which can contain spaces and parentheses: the state, then eleven more fields up to utime and stime.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MILLISECONDS;
  } catch {
    return undefined;
  }
}
