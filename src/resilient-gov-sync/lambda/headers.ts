/** Headers of an answer: a text each, or a list of texts, as an HTTP Task returns them. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** All values of a header, whatever the case of its name. */
export function valuesOf(headers: Headers, name: string): readonly string[] {
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim());
}
