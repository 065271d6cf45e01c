import { isTenantId, TENANT_ID_PATTERN } from './tenant-id';

/** A part of a template: literal text, or a placeholder without its braces. */
export type KeyPart = { readonly text: string } | { readonly placeholder: string };

/** The values of the placeholders of one key. */
export interface KeyValues {
  readonly tenant?: unknown;
  readonly idempotencyKey?: unknown;
  readonly correlationId?: unknown;
  readonly receivedAt?: unknown;
  /** The parsed JSON body. */
  readonly body?: unknown;
}

const named = ['tenant', 'idempotencyKey', 'correlationId', 'receivedAt'] as const;
const bodyPath = /^body(\.[A-Za-z0-9_-]+)+$/;

/**
 * Parses a template.
 *
 * @throws with what is expected, when the template is invalid or two sets of values could result in the same key
 */
export function parseKeyTemplate(template: string): KeyPart[] {
  const parts: KeyPart[] = [];
  for (const piece of template.split(/(\{[^{}]*\})/).filter((text) => text !== '')) {
    if (!piece.startsWith('{') || !piece.endsWith('}')) {
      if (/[{}]/.test(piece)) throw new Error('braces around placeholders only, in pairs');
      parts.push({ text: piece });
      continue;
    }
    const placeholder = piece.slice(1, -1);
    if (!(named as readonly string[]).includes(placeholder) && !bodyPath.test(placeholder)) {
      throw new Error(`the placeholders {${named.join('}, {')}} and {body.<dotted path>}, not ${piece}`);
    }
    parts.push({ placeholder });
  }
  if (!parts.some((part) => 'placeholder' in part)) throw new Error('a placeholder: all items would otherwise have the same key');
  // Values never contain '#', because it is escaped. A '#' between two placeholders therefore marks where a value ends.
  parts.reduce<string | undefined>((separator, part) => {
    if ('text' in part) return separator === undefined ? undefined : separator + part.text;
    if (separator !== undefined && !separator.includes('#')) {
      throw new Error(
        `a # between {${part.placeholder}} and the placeholder before it: different values could otherwise result in the same key`,
      );
    }
    return '';
  }, undefined);
  return parts;
}

/**
 * Returns the key of an item. Different values result in different keys. Numbers and booleans are converted to text, so 7 and "7" are the
 * same value. `%` and `#` in a value are escaped as `%25` and `%23`, so that no value can contain a separator.
 *
 * @throws with the placeholder, when its value is missing, empty, or not a string, finite number or boolean
 */
export function renderKey(template: string, values: KeyValues): string {
  return renderedParts(parseKeyTemplate(template), values);
}

/**
 * Returns the common prefix of all keys with the given values, for `begins_with` in a query. It ends before the first placeholder without a
 * value: `STUDENT#{body.student}#VISIT#{body.day}` with only a student results in `STUDENT#<student>#VISIT#`.
 *
 * @throws with the placeholder, when its value cannot be part of a key
 */
export function renderKeyPrefix(template: string, values: KeyValues): string {
  const parts = parseKeyTemplate(template);
  const end = parts.findIndex((part) => 'placeholder' in part && lookUp(part.placeholder, values) === undefined);
  return renderedParts(end < 0 ? parts : parts.slice(0, end), values);
}

/** Whether a value that the template needs is missing. */
export function lacksValue(template: string, values: KeyValues): boolean {
  return parseKeyTemplate(template).some((part) => 'placeholder' in part && lookUp(part.placeholder, values) === undefined);
}

function renderedParts(parts: readonly KeyPart[], values: KeyValues): string {
  return parts.map((part) => ('text' in part ? part.text : rendered(part.placeholder, lookUp(part.placeholder, values)))).join('');
}

function lookUp(placeholder: string, values: KeyValues): unknown {
  return placeholder.split('.').reduce<unknown>((value, name) => {
    // Own properties only: {body.constructor} must not read the prototype.
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }, values);
}

function rendered(placeholder: string, value: unknown): string {
  if (placeholder === 'tenant' && !isTenantId(value)) throw new Error(`{tenant} must match ${TENANT_ID_PATTERN}`);
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  if (typeof value !== 'string' || value === '')
    throw new Error(`{${placeholder}} must be a non-empty string, a finite number or a boolean`);
  // A lone surrogate cannot be encoded in UTF-8. Each would become U+FFFD, so that different values would result in the same key.
  if (/\p{Surrogate}/u.test(value)) throw new Error(`{${placeholder}} must be well-formed Unicode`);
  return value.replaceAll('%', '%25').replaceAll('#', '%23');
}
