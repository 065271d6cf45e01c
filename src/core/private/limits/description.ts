/** Documented: "CreateFunction", Description. */
const MOST_CHARACTERS = 256;

/** Truncates the description of a function, which may contain a long construct path. */
export function description(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
