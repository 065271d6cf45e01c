import { Token } from 'aws-cdk-lib';
import { type JsonSchema, JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { KeyTemplate } from '../core';
import { invalid } from '../core/private/base/invalid';
import { parseKeyTemplate } from '../runtime/key-template-render';
import { LONGEST_REQUEST_TEXT } from '../runtime/request-text';

/** Where the schema describes a value of the body, or what is wrong on the way there. */
type Place =
  | { readonly path: string; readonly schema: JsonSchema }
  | { readonly path: string; readonly value: unknown; readonly right: string };

/** What a key is called in an error, and how many bytes DynamoDB takes of it. */
export interface KeyLimit {
  readonly property: string;
  readonly template: KeyTemplate;
  readonly mostBytes: number;
  /** Whether its parts must be in every body. */
  readonly parts?: Parts;
}

type Parts = 'required' | 'optional';

/**
 * Bytes that the placeholders take at most that do not come from the body: the request template lets no longer idempotency key in, and API Gateway's
 * extended request id, which is the correlation id, has 16 characters where it was seen.
 */
const NAMED: Readonly<Record<string, number>> = {
  tenant: 64,
  // Printable ASCII, of which # and % become three characters each. Without a key of the client's it is the correlation id.
  idempotencyKey: 3 * LONGEST_REQUEST_TEXT,
  correlationId: 3 * LONGEST_REQUEST_TEXT,
  receivedAt: '2026-11-22T08:05:09.000Z'.length,
};

/** Which bodies that fit the schema make a key: all, those that have its optional parts, or none, with the part that is missing. */
export type Made = 'always' | 'sometimes' | { readonly never: string };

/** Which bodies make the template's key. */
export function whenMade(template: KeyTemplate, schema: JsonSchema): Made {
  const parts = template.placeholders.filter((placeholder) => !(placeholder in NAMED));
  if (parts.every((placeholder) => 'schema' in find(placeholder, schema))) return 'always';
  for (const placeholder of parts) {
    const place = find(placeholder, schema, 'optional');
    if (!('schema' in place)) return { never: place.path };
  }
  return 'sometimes';
}

/** A text of a body that keys are made of. */
export interface KeyText {
  /** The names that lead to it. */
  readonly names: readonly string[];
  /** Whether every body that fits the schema has it. */
  readonly isRequired: boolean;
}

/** The texts of a body that these keys are made of; those of an enum are known, and left out. */
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

/** Rejects a key that some body would not make although it fits the schema: its caller would have a 202, and the message would die. */
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
      `at most ${mostBytes} bytes: with this schema it could have ${sum} (4 for each character of a maxLength): lower the maxLength of its parts`,
    );
  }
}

/** Follows `body.a.b` through the schema: where parts are required, a value that may be missing is not there. */
function find(placeholder: string, schema: JsonSchema, parts: Parts = 'required'): Place {
  let path = 'schema';
  let at = schema;
  for (const name of placeholder.split('.').slice(1)) {
    if (at.type !== JsonSchemaType.OBJECT) return { path: `${path}.type`, value: at.type, right: 'OBJECT' };
    if (parts === 'required' && !(at.required ?? []).includes(name))
      return { path: `${path}.required`, value: at.required, right: `a list with "${name}"` };
    const next = Object.hasOwn(at.properties ?? {}, name) ? at.properties?.[name] : undefined;
    path += `.properties.${name}`;
    if (next === undefined) return { path, value: next, right: 'what the value is' };
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
  const because = `, because ${key} is made of it`;
  const place = find(placeholder, schema, parts);
  if (!('schema' in place)) return invalid(scope, place.path, place.value, place.right + because);
  const { path } = place;
  const { type, enum: values, minLength, maxLength, minimum, maximum } = place.schema;
  if (values !== undefined) {
    const sizes = values.map(escapedBytes);
    if (sizes.length === 0 || sizes.includes(0)) invalid(scope, `${path}.enum`, values, `texts, numbers or booleans, none empty${because}`);
    return Math.max(...sizes);
  }
  switch (type) {
    case JsonSchemaType.BOOLEAN:
      return 'false'.length;
    case JsonSchemaType.STRING:
      if (!isNumber(minLength) || minLength < 1) invalid(scope, `${path}.minLength`, minLength, `at least 1${because}`);
      if (!isNumber(maxLength)) invalid(scope, `${path}.maxLength`, maxLength, `a value${because}`);
      // In UTF-8 no character takes more than four bytes, and the two that are escaped become three.
      return 4 * maxLength;
    case JsonSchemaType.INTEGER:
      // A number that no double holds is taken as it was written, which may be of any length.
      if (!isNumber(minimum) || minimum < Number.MIN_SAFE_INTEGER)
        invalid(scope, `${path}.minimum`, minimum, `at least ${Number.MIN_SAFE_INTEGER}${because}`);
      if (!isNumber(maximum) || maximum > Number.MAX_SAFE_INTEGER)
        invalid(scope, `${path}.maximum`, maximum, `at most ${Number.MAX_SAFE_INTEGER}${because}`);
      return String(Number.MIN_SAFE_INTEGER).length;
    default:
      return invalid(scope, `${path}.type`, type, `STRING, INTEGER or BOOLEAN, or an enum${because}`);
  }
}

/** Bytes of a value in a key; 0 where it can't be in one. */
function escapedBytes(value: unknown): number {
  if (!['string', 'number', 'boolean'].includes(typeof value) || Token.isUnresolved(value) || /\p{Surrogate}/u.test(String(value)))
    return 0;
  return Buffer.byteLength(String(value).replaceAll(/[%#]/g, '___'));
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && !Token.isUnresolved(value);
}
