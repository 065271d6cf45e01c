/** More kinds than a person reads; what repeats without end must not fill the memory. */
const MOST = 1_000;

/** A `say` that says a line only when its kind is new. */
export function sayOnce(say: (line: string) => void): (kind: readonly string[], line: string) => void {
  const said = new Set<string>();
  return (kind, line) => {
    const key = JSON.stringify(kind);
    if (!said.has(key) && said.size < MOST) {
      said.add(key);
      say(line);
    }
  };
}
