import type { IConstruct } from 'constructs';
import { errorAt, placeOf } from './construct-error';
import { invalidText } from './invalid';
import type { Kind } from './kinds';
import { spelledProp } from './spelling';

/** What a required prop must be. */
export interface RequiredKind<T> extends Kind<T> {
  readonly required: true;
}

/** What each prop of an interface must be, so that none can be left out, and which ones are required. */
export type PropKinds<Props> = {
  readonly [Name in keyof Props]-?: undefined extends Props[Name]
    ? Kind<NonNullable<Props[Name]>> & { readonly required?: never }
    : RequiredKind<Props[Name]>;
};

export function required<T>(kind: Kind<T>): RequiredKind<T> {
  return { ...kind, required: true };
}

/**
 * Throws when required props are missing, or when values have the wrong type, for JavaScript users, who have no compiler that reports
 * either. In other languages, jsii checks types first.
 *
 * @param where the construct, or the name of a value class
 */
export function checkProps<Props extends object>(where: IConstruct | string, props: Props, kinds: PropKinds<Props>): void {
  const given = new Map<string, unknown>(Object.entries(props ?? {}));
  const all = Object.entries<Kind<unknown> & { readonly required?: true }>(kinds);
  const missing = all.filter(([name, kind]) => kind.required && (given.get(name) ?? undefined) === undefined);
  if (missing.length > 0) {
    const names = missing.map(([name]) => spelledProp(name)).join(', ');
    throw errorAt(where, `${placeOf(where)}: missing ${names}: expected a value for each required property`);
  }
  const wrong = all.flatMap(([name, { accepts, expected }]) => {
    const value = given.get(name) ?? undefined;
    return value === undefined || accepts(value) ? [] : [invalidText(where, name, value, expected)];
  });
  if (wrong.length > 0) throw errorAt(where, wrong.join('\n'));
}
