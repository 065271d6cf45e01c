/** The maximum number of kinds, so that endless new kinds do not fill the memory. */
const MAXIMUM_KINDS = 1_000;

/** Wraps `say` so that it reports only the first line of each kind. */
export function sayOnce(say: (line: string) => void): (kind: readonly string[], line: string) => void {
  const said = new Set<string>();
  return (kind, line) => {
    const key = JSON.stringify(kind);
    if (!said.has(key) && said.size < MAXIMUM_KINDS) {
      said.add(key);
      say(line);
    }
  };
}
