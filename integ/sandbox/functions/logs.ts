import type { LogLine, LogSink } from '../contracts';

/** Keeps the lines of a run by log group. */
export function createLogSink(): LogSink {
  const groups = new Map<string, LogLine[]>();
  const listeners = new Set<(line: LogLine) => void>();
  return {
    write(line) {
      const lines = groups.get(line.group);
      if (lines === undefined) {
        groups.set(line.group, [line]);
      } else {
        lines.push(line);
      }
      for (const listener of listeners) {
        listener(line);
      }
    },
    lines: (group) => groups.get(group) ?? [],
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
