/**
 * Reads the environment variables that the template sets.
 *
 * @param name of the environment variable
 * @throws when it is not set, while the function starts: a function that lacks one can do nothing right
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`environment variable ${name} is not set`);
  return value;
}
