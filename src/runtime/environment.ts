/** The environment variables of a handler, by the list that its construct and the handler share. */
export type Environment<Names extends readonly string[]> = Readonly<Record<Names[number], string>>;

/**
 * Reads a variable that the template sets.
 *
 * @param name of the environment variable
 * @throws when it is not set, while the function starts: a function that lacks one can do nothing right
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`environment variable ${name} is not set`);
  return value;
}

/**
 * Reads all variables of a handler.
 *
 * @param names the list that its construct writes
 * @throws when one is not set, while the function starts
 */
export function environmentOf<const Names extends readonly string[]>(names: Names): Environment<Names> {
  return Object.fromEntries(names.map((name) => [name, environment(name)])) as Environment<Names>;
}
