import type { IConstruct } from 'constructs';
import { invalidText } from './base/invalid';

/**
 * Collects problems with the props of a construct, so that all of them are reported at synthesis, together with those of other constructs.
 */
export class Problems {
  private readonly found: string[] = [];

  constructor(private readonly scope: IConstruct) {
    scope.node.addValidation({ validate: () => [...this.found] });
  }

  add(property: string, value: unknown, right: string): void {
    this.found.push(invalidText(this.scope, property, value, right));
  }
}
