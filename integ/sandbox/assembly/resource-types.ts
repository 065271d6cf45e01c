import type { PropertySupport, ResourceType } from '../contracts';

/** Finds the entry of a type: its own, or else the longest family (`Custom::*`) that it belongs to. */
export function resourceTypeOf(types: readonly ResourceType[], type: string): ResourceType | undefined {
  const exact = types.find((known) => known.type === type);
  if (exact) {
    return exact;
  }
  return types
    .filter((known) => known.type.endsWith('*') && type.startsWith(known.type.slice(0, -1)))
    .sort((a, b) => b.type.length - a.type.length)[0];
}

/** Support of the listed members of a property that is an object or a list of objects. Other members are rejected. */
export function members(property: string, support: PropertySupport, names: readonly string[]): Record<string, PropertySupport> {
  return Object.fromEntries(names.map((name) => [`${property}.${name}`, support]));
}

/**
 * Properties by their support. Each text is a list of names; `A.{B,C}` means `A.B` and `A.C`, and `{,A.}B` means `B` and `A.B`.
 *
 *     supported(['runs', 'QueueName Tags.{Key,Value}'], ['template only: a description', 'Description'])
 */
export function supported(...groups: readonly (readonly [PropertySupport, ...string[]])[]): Record<string, PropertySupport> {
  const named = groups.flatMap(([support, ...texts]) =>
    texts.flatMap((text) => text.split(' ').flatMap(expanded)).map((name) => [name, support] as const),
  );
  return Object.fromEntries(named);
}

/** Expands `A.{B,C}` to `A.B` and `A.C`, and `{,A.}B` to `B` and `A.B`. */
export function expanded(text: string): string[] {
  const [, before, list, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(text) ?? [];
  if (list === undefined) return [text];
  const endings = expanded(after);
  return list.split(',').flatMap((member) => endings.map((ending) => `${before}${member}${ending}`));
}

/** Splits a token of 32 characters into five groups, the format of a UUID. */
export function uuid(token: string): string {
  return [token.slice(0, 8), token.slice(8, 12), token.slice(12, 16), token.slice(16, 20), token.slice(20)].join('-');
}
