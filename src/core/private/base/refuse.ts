import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Ends a synthesis that would come out wrong, with all that a person needs to mend it.
 *
 * @param where the construct whose prop it is, or the name of a value class
 * @param right what would be right, as a clause that follows "must"
 */
export function refuse(where: IConstruct | string, property: string, value: unknown, right: string): never {
  throw new Error(rejection(where, property, value, right));
}

/** The same as text, for validations that run when the app is synthesized: what is wrong there is only known once all is added. */
export function rejection(where: IConstruct | string, property: string, value: unknown, right: string): string {
  const path = typeof where === 'string' ? where : where.node.path || '<root>';
  return `${path}: ${property} is ${printed(value)}; it must ${right}`;
}

function printed(value: unknown): string {
  if (value === undefined) return 'not set';
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
