/** Documented: "CreateFunction", Description. */
const MOST_CHARACTERS = 256;

/** A function's description that names a construct's path, however deep the construct is in the tree. */
export function description(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
