import { type Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { errorAt, placeOf } from './construct-error';
import { spelled, spelledProp } from './spelling';

/**
 * Throws an error about an invalid prop, with the construct path, the prop, its value and what is expected.
 *
 * @param where the construct with the prop, or the name of a value class
 * @param expected the end of the sentence, after "expected"
 */
export function invalid(where: IConstruct | string, property: string, value: unknown, expected: string): never {
  throw errorAt(where, invalidText(where, property, value, expected));
}

/**
 * Returns the message of `invalid`, for validations that run at synthesis. Names of props are spelled as in the language of the app.
 *
 * @returns `Platform/Visits: invalid batchSize 0: expected a whole number from 1 to 10000`
 */
export function invalidText(where: IConstruct | string, property: string, value: unknown, expected: string): string {
  const prop = spelledProp(property);
  const found = value === undefined ? `missing ${prop}` : `invalid ${prop} ${printed(value)}`;
  return `${placeOf(where)}: ${found}: expected ${spelled(expected)}`;
}

function printed(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return `<${value.name}>`;
  if (typeof value !== 'object' || value === null) return Token.isUnresolved(value) ? '<token>' : (JSON.stringify(value) ?? String(value));
  if ('node' in value) return `<construct ${(value as IConstruct).node.path}>`;
  if (Token.isUnresolved(value)) return '<token>';
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if ('isUnresolved' in value && (value as Duration).isUnresolved()) return '<token>';
  if (Object.getPrototypeOf(value) === Object.prototype) return printedObject(value);
  // Durations, templates and other value objects have a useful toString; for others, the class name is printed.
  const text = String(value);
  return text === '[object Object]' ? `<${value.constructor.name}>` : text;
}

/** Prints constructs by their path, because their references are circular. */
function printedObject(value: object): string {
  return JSON.stringify(value, (_, part) =>
    Token.isUnresolved(part) || (typeof part === 'object' && part !== null && 'node' in part) ? printed(part) : part,
  );
}
