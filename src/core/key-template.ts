import { Token } from 'aws-cdk-lib';
import { type KeyPart, parseKeyTemplate } from '../runtime/key-template-render';
import { invalid } from './private/base/invalid';

/**
 * Template for the value of an item's key, for example `{tenant}#STUDENT#{body.student}`.
 *
 * Placeholders are `{tenant}`, `{idempotencyKey}`, `{correlationId}`, `{receivedAt}` and `{body.<dotted path>}`; all other text is
 * literal. Two placeholders need a `#` between them. `%` and `#` in values are escaped (`%25`, `%23`), so that no value contains a
 * separator and different values always result in different keys.
 */
export class KeyTemplate {
  /**
   * Parses a template.
   *
   * @param template literal text and placeholders, known at synthesis: `{tenant}#STUDENT#{body.student}`
   * @throws when a placeholder is unknown, braces do not match, there is no placeholder, or there is no `#` between two placeholders
   */
  public static of(template: string): KeyTemplate {
    if (Token.isUnresolved(template)) invalid('KeyTemplate', 'template', template, 'a value that is known at synthesis');
    try {
      return new KeyTemplate(template, parseKeyTemplate(template));
    } catch (error) {
      return invalid('KeyTemplate', 'template', template, (error as Error).message);
    }
  }

  /** Distinct placeholders without braces, in order. */
  public readonly placeholders: string[];

  private constructor(
    private readonly template: string,
    parts: KeyPart[],
  ) {
    this.placeholders = [...new Set(parts.flatMap((part) => ('placeholder' in part ? [part.placeholder] : [])))];
  }

  /** Whether every key begins with the tenant's id and `#`, as the permissions of tenants require. */
  public beginsWithTenant(): boolean {
    return this.template.startsWith('{tenant}#');
  }

  /** The text of the template. */
  public toString(): string {
    return this.template;
  }
}
