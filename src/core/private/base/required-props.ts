import type { IConstruct } from 'constructs';
import { errorAt, placeOf } from './construct-error';
import { spelledProp } from './spelling';

type RequiredNames<Props> = { [Name in keyof Props]-?: undefined extends Props[Name] ? never : Name }[keyof Props];

/** The names of all required props of an interface. The compiler reports a missing one. */
export type RequiredProps<Props> = Readonly<Record<RequiredNames<Props>, true>>;

/**
 * Throws when required props are missing, for JavaScript users, who have no compiler that reports them.
 *
 * @param where the construct, or the name of a value class
 */
export function requireProps<Props extends object>(where: IConstruct | string, props: Props, required: RequiredProps<Props>): void {
  const given = new Map<string, unknown>(Object.entries(props ?? {}));
  const missing = Object.keys(required).filter((name) => (given.get(name) ?? undefined) === undefined);
  if (missing.length === 0) return;
  const names = missing.map((name) => spelledProp(name)).join(', ');
  throw errorAt(where, `${placeOf(where)}: missing ${names}: expected a value for each required property`);
}
