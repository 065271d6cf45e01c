import { Token } from 'aws-cdk-lib';
import { type KeyPart, parseKeyTemplate } from '../runtime/key-template-render';
import { invalid } from './private/base/invalid';

/**
 * How the value of an item's key is made, for example `{tenant}#STUDENT#{body.student}`.
 *
 * Placeholders are `{tenant}`, `{idempotencyKey}`, `{correlationId}`, `{receivedAt}` and `{body.<dotted path>}`; all else is literal.
 * Two placeholders need a `#` between them. In the values `%` and `#` are escaped (`%25`, `%23`), so that no value can forge a separator
 * and different values always make different keys.
 */
export class KeyTemplate {
  /**
   * A template from its text.
   *
   * @param template literal text and placeholders, known at synthesis: `{tenant}#STUDENT#{body.student}`
   * @throws when a placeholder is unknown, a brace has no partner, there is no placeholder, or no `#` between two of them
   */
  public static of(template: string): KeyTemplate {
    if (Token.isUnresolved(template)) invalid('KeyTemplate', 'template', template, 'a value that is known at synthesis');
    try {
      return new KeyTemplate(template, parseKeyTemplate(template));
    } catch (error) {
      return invalid('KeyTemplate', 'template', template, (error as Error).message);
    }
  }

  /** The placeholders without their braces, in order, each once. */
  public readonly placeholders: string[];

  private constructor(
    private readonly template: string,
    parts: KeyPart[],
  ) {
    this.placeholders = [...new Set(parts.flatMap((part) => ('placeholder' in part ? [part.placeholder] : [])))];
  }

  /** Whether every key that it makes starts with the tenant's id and `#`, as a tenant's permissions demand. */
  public beginsWithTenant(): boolean {
    return this.template.startsWith('{tenant}#');
  }

  /** The template's text. */
  public toString(): string {
    return this.template;
  }
}
