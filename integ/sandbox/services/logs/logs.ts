import type { LogLine, LogSink } from '../../contracts';

/** The number of lines that are kept of each group, so that memory is bounded in a run of several days. */
export const LINES_KEPT = 10_000;

/** Keeps the last lines of each log group. Listeners receive every line. */
export function createLogSink(kept = LINES_KEPT): LogSink {
  const groups = new Map<string, LogLine[]>();
  const listeners = new Set<(line: LogLine) => void>();
  return {
    write(line) {
      const lines = groups.get(line.group);
      if (lines === undefined) {
        groups.set(line.group, [line]);
      } else {
        lines.push(line);
        if (lines.length >= kept * 2) {
          lines.splice(0, lines.length - kept);
        }
      }
      for (const listener of listeners) {
        listener(line);
      }
    },
    groups: () => [...groups.keys()],
    lines: (group) => (groups.get(group) ?? []).slice(-kept),
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
