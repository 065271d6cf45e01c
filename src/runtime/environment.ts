/** The environment variables of a handler. Its construct and the handler share the list of names. */
export type Environment<Names extends readonly string[]> = Readonly<Record<Names[number], string>>;

/**
 * Reads a variable that the template sets.
 *
 * @param name of the environment variable
 * @throws when it is not set, so that the function fails during initialization
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`environment variable ${name} is not set`);
  return value;
}

/**
 * Reads all variables of a handler.
 *
 * @param names the variables that its construct sets
 * @throws when one is not set, so that the function fails during initialization
 */
export function environmentOf<const Names extends readonly string[]>(names: Names): Environment<Names> {
  return Object.fromEntries(names.map((name) => [name, environment(name)])) as Environment<Names>;
}
