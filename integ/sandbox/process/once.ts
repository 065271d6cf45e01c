/** The maximum number of kinds, so that endless new kinds do not fill the memory. */
const MAXIMUM_KINDS = 1_000;

/** Wraps `report` so that it reports only the first line of each kind. */
export function reportOnce(report: (line: string) => void): (kind: readonly string[], line: string) => void {
  const reported = new Set<string>();
  return (kind, line) => {
    const key = JSON.stringify(kind);
    if (!reported.has(key) && reported.size < MAXIMUM_KINDS) {
      reported.add(key);
      report(line);
    }
  };
}
