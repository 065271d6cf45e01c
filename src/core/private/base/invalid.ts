import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Ends a synthesis that would come out wrong, with all that a person needs to fix it.
 *
 * @param where the construct whose prop it is, or the name of a value class
 * @param expected what would be right: what follows "expected"
 */
export function invalid(where: IConstruct | string, property: string, value: unknown, expected: string): never {
  throw new Error(invalidText(where, property, value, expected));
}

/**
 * The same as text, for validations that run when the app is synthesized.
 *
 * @returns `Platform/Visits: invalid batchSize 0: expected a whole number from 1 to 10000`
 */
export function invalidText(where: IConstruct | string, property: string, value: unknown, expected: string): string {
  const path = typeof where === 'string' ? where : where.node.path || '<root>';
  const found = value === undefined ? `missing ${property}` : `invalid ${property} ${printed(value)}`;
  return `${path}: ${found}: expected ${expected}`;
}

function printed(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return `<${value.name}>`;
  if (typeof value !== 'object' || value === null) return Token.isUnresolved(value) ? '<token>' : (JSON.stringify(value) ?? String(value));
  if ('node' in value) return `<construct ${(value as IConstruct).node.path}>`;
  if (Token.isUnresolved(value)) return '<token>';
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  // Durations, templates and other values say best themselves what they are; plain objects don't.
  return Object.getPrototypeOf(value) === Object.prototype
    ? JSON.stringify(value, (_, part) => (Token.isUnresolved(part) ? '<token>' : part))
    : String(value);
}
