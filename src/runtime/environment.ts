/** How the value of a variable is written: as it is, or as JSON. With a question mark, the variable may be absent. */
type Notation<T> = T extends string ? 'text' : 'json';

/**
 * The environment variables of a handler, by the interface of its settings. Its construct and the handler share both, so that a variable
 * that is missing or misspelled on one side is a compile error.
 */
export type Variables<Settings> = {
  readonly [Name in keyof Settings]-?: undefined extends Settings[Name]
    ? `${Notation<Exclude<Settings[Name], undefined>>}?`
    : Notation<Settings[Name]>;
};

/**
 * Reads the settings of a handler from its environment.
 *
 * @param variables how its construct writes them
 * @throws when a required one is not set, so that the function fails during initialization
 */
export function readSettings<Settings>(variables: Variables<Settings>): Settings {
  const settings: Record<string, unknown> = {};
  for (const [name, notation] of Object.entries<string>(variables)) {
    const value = process.env[name];
    if (value === undefined && !notation.endsWith('?')) throw new Error(`environment variable ${name} is not set`);
    if (value !== undefined) settings[name] = notation.startsWith('json') ? JSON.parse(value) : value;
  }
  return settings as Settings;
}
