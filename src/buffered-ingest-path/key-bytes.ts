import { Token } from 'aws-cdk-lib';
import { type JsonSchema, JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { KeyTemplate } from '../core';
import { invalid } from '../core/private/base/invalid';
import { parseKeyTemplate } from '../runtime/key-template-render';
import { LONGEST_REQUEST_TEXT } from '../runtime/request-text';

/** The part of the schema that describes a value of the body, or the problem on the way to it. */
type Place =
  | { readonly path: string; readonly schema: JsonSchema }
  | { readonly path: string; readonly value: unknown; readonly right: string };

/** A key with its maximum size. */
export interface KeyLimit {
  /** Name of the prop for error messages. */
  readonly property: string;
  readonly template: KeyTemplate;
  readonly mostBytes: number;
  /** Whether every body must have the values of the key. */
  readonly parts?: Parts;
}

type Parts = 'required' | 'optional';

/**
 * Maximum size in bytes of the placeholders that do not come from the body. The request template rejects longer idempotency keys. API
 * Gateway's extended request id, which is the correlation id, has had 16 characters in all observations.
 */
const NAMED: Readonly<Record<string, number>> = {
  tenant: 64,
  // Printable ASCII, in which # and % become three characters each. Without a key from the client, it is the correlation id.
  idempotencyKey: 3 * LONGEST_REQUEST_TEXT,
  correlationId: 3 * LONGEST_REQUEST_TEXT,
  receivedAt: '2026-11-22T08:05:09.000Z'.length,
};

/** Whether all valid bodies have the values of a key, some, or none because a value is not in the schema. */
export type Presence = 'always' | 'sometimes' | { readonly never: string };

/** Returns which valid bodies have the values of a key. */
export function keyPresence(template: KeyTemplate, schema: JsonSchema): Presence {
  const parts = template.placeholders.filter((placeholder) => !(placeholder in NAMED));
  if (parts.every((placeholder) => 'schema' in find(placeholder, schema))) return 'always';
  for (const placeholder of parts) {
    const place = find(placeholder, schema, 'optional');
    if (!('schema' in place)) return { never: place.path };
  }
  return 'sometimes';
}

/** A string value of the body that keys are built from. */
export interface KeyText {
  /** Member names from the root of the body to the value. */
  readonly names: readonly string[];
  /** Whether every valid body has it. */
  readonly isRequired: boolean;
}

/** Returns the string values of the body that keys are built from, except those with an enum, whose values are known. */
export function textsOfBody(templates: readonly string[], schema: JsonSchema): KeyText[] {
  const parts = templates.flatMap((template) => parseKeyTemplate(template));
  const placeholders = new Set(parts.flatMap((part) => ('text' in part || part.placeholder in NAMED ? [] : [part.placeholder])));
  return [...placeholders]
    .filter((placeholder) => {
      const place = find(placeholder, schema, 'optional');
      return 'schema' in place && place.schema.type === JsonSchemaType.STRING && place.schema.enum === undefined;
    })
    .map((placeholder) => ({ names: placeholder.split('.').slice(1), isRequired: 'schema' in find(placeholder, schema) }));
}

/** Rejects a schema that allows bodies without a valid key: their callers would get a 202, and the messages could never be stored. */
export function checkKey(scope: IConstruct, { property, template, mostBytes, parts = 'required' }: KeyLimit, schema: JsonSchema): void {
  const key = `${property} ("${template}")`;
  const bytes = parseKeyTemplate(template.toString()).map((part) => {
    if ('text' in part) return Buffer.byteLength(part.text);
    return NAMED[part.placeholder] ?? bytesOfBody(scope, { placeholder: part.placeholder, schema, key, parts });
  });
  const sum = bytes.reduce((all, one) => all + one, 0);
  if (sum > mostBytes) {
    invalid(
      scope,
      property,
      template.toString(),
      `a key of at most ${mostBytes} bytes: this schema allows ${sum}, with up to 4 bytes for each character. Lower the maxLength of its properties`,
    );
  }
}

/** Follows `body.a.b` through the schema. With `required`, an optional property is a problem. */
function find(placeholder: string, schema: JsonSchema, parts: Parts = 'required'): Place {
  let path = 'schema';
  let at = schema;
  for (const name of placeholder.split('.').slice(1)) {
    if (at.type !== JsonSchemaType.OBJECT) return { path: `${path}.type`, value: at.type, right: 'OBJECT' };
    if (parts === 'required' && !(at.required ?? []).includes(name))
      return { path: `${path}.required`, value: at.required, right: `a list with "${name}"` };
    const next = Object.hasOwn(at.properties ?? {}, name) ? at.properties?.[name] : undefined;
    path += `.properties.${name}`;
    if (next === undefined) return { path, value: next, right: 'the schema of the value' };
    at = next;
  }
  return { path, schema: at };
}

interface BodyPart {
  readonly placeholder: string;
  readonly schema: JsonSchema;
  readonly key: string;
  readonly parts: Parts;
}

function bytesOfBody(scope: IConstruct, { placeholder, schema, key, parts }: BodyPart): number {
  const because = `, because ${key} is built from it`;
  const place = find(placeholder, schema, parts);
  if (!('schema' in place)) return invalid(scope, place.path, place.value, place.right + because);
  const { path } = place;
  const { type, enum: values, minLength, maxLength, minimum, maximum } = place.schema;
  if (values !== undefined) {
    const sizes = values.map(escapedBytes);
    if (sizes.length === 0 || sizes.includes(0)) invalid(scope, `${path}.enum`, values, `non-empty strings, numbers or booleans${because}`);
    return Math.max(...sizes);
  }
  switch (type) {
    case JsonSchemaType.BOOLEAN:
      return 'false'.length;
    case JsonSchemaType.STRING:
      if (!isNumber(minLength) || minLength < 1) invalid(scope, `${path}.minLength`, minLength, `at least 1${because}`);
      if (!isNumber(maxLength)) invalid(scope, `${path}.maxLength`, maxLength, `a value${because}`);
      // A character has at most four bytes in UTF-8; the two that are escaped become three.
      return 4 * maxLength;
    case JsonSchemaType.INTEGER:
      // A number that a double cannot hold exactly is used as written, so its length would not be limited.
      if (!isNumber(minimum) || minimum < Number.MIN_SAFE_INTEGER)
        invalid(scope, `${path}.minimum`, minimum, `at least ${Number.MIN_SAFE_INTEGER}${because}`);
      if (!isNumber(maximum) || maximum > Number.MAX_SAFE_INTEGER)
        invalid(scope, `${path}.maximum`, maximum, `at most ${Number.MAX_SAFE_INTEGER}${because}`);
      return String(Number.MIN_SAFE_INTEGER).length;
    default:
      return invalid(scope, `${path}.type`, type, `STRING, INTEGER or BOOLEAN, or an enum${because}`);
  }
}

/** Size of an enum value in a key, in bytes; 0 if it cannot be part of a key. */
function escapedBytes(value: unknown): number {
  if (!['string', 'number', 'boolean'].includes(typeof value) || Token.isUnresolved(value) || /\p{Surrogate}/u.test(String(value)))
    return 0;
  return Buffer.byteLength(String(value).replaceAll(/[%#]/g, '___'));
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && !Token.isUnresolved(value);
}
