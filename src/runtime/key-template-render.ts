import { isTenantId, TENANT_ID_PATTERN } from './tenant-id';

/** Literal text, or a placeholder without its braces. */
export type KeyPart = { readonly text: string } | { readonly placeholder: string };

/** The values for the placeholders of one item's key. */
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
 * The parts of a template.
 *
 * @throws with a clause that follows "must" when it is not a template, or when two sets of values could make the same key
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
  if (!parts.some((part) => 'placeholder' in part)) throw new Error('a placeholder: all items would otherwise have one key');
  // A value can hold anything but '#', which is escaped in it: between two placeholders a '#' tells where one value ends.
  parts.reduce<string | undefined>((separator, part) => {
    if ('text' in part) return separator === undefined ? undefined : separator + part.text;
    if (separator !== undefined && !separator.includes('#')) {
      throw new Error(
        `a # between {${part.placeholder}} and the placeholder before it: different values could otherwise make the same key`,
      );
    }
    return '';
  }, undefined);
  return parts;
}

/**
 * The key of one item. Different values make different keys; numbers and booleans are taken as their text, so 7 and "7" are one value.
 * `%` and `#` in a value are escaped as `%25` and `%23`: no value can forge a separator.
 *
 * @throws naming the placeholder, when its value is missing, empty, or anything but text, a finite number or a boolean
 */
export function renderKey(template: string, values: KeyValues): string {
  return renderedParts(parseKeyTemplate(template), values);
}

/**
 * The start that all keys of a template have whose first values are the given ones, for `begins_with` in a query: it ends before the first
 * placeholder without a value. `STUDENT#{body.student}#VISIT#{body.day}` with a student alone gives `STUDENT#<student>#VISIT#`.
 *
 * @throws as `renderKey` does, for a value that is there and can be no part of a key
 */
export function renderKeyPrefix(template: string, values: KeyValues): string {
  const parts = parseKeyTemplate(template);
  const end = parts.findIndex((part) => 'placeholder' in part && lookUp(part.placeholder, values) === undefined);
  return renderedParts(end < 0 ? parts : parts.slice(0, end), values);
}

/** Whether the body lacks a value that the template needs: then there is no key, which is not an error where the value is optional. */
export function lacksValue(template: string, values: KeyValues): boolean {
  return parseKeyTemplate(template).some((part) => 'placeholder' in part && lookUp(part.placeholder, values) === undefined);
}

function renderedParts(parts: readonly KeyPart[], values: KeyValues): string {
  return parts.map((part) => ('text' in part ? part.text : rendered(part.placeholder, lookUp(part.placeholder, values)))).join('');
}

function lookUp(placeholder: string, values: KeyValues): unknown {
  return placeholder.split('.').reduce<unknown>((value, name) => {
    // Own properties only: {body.constructor} is not a value of the body.
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }, values);
}

function rendered(placeholder: string, value: unknown): string {
  if (placeholder === 'tenant' && !isTenantId(value)) throw new Error(`{tenant} must match ${TENANT_ID_PATTERN}`);
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  if (typeof value !== 'string' || value === '') throw new Error(`{${placeholder}} must be text, a finite number or a boolean`);
  // A lone surrogate has no UTF-8: DynamoDB would get U+FFFD for each of them, and different values the same key.
  if (/\p{Surrogate}/u.test(value)) throw new Error(`{${placeholder}} must be well-formed Unicode`);
  return value.replaceAll('%', '%25').replaceAll('#', '%23');
}
