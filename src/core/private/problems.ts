import type { IConstruct } from 'constructs';
import { invalidText } from './base/invalid';

/** What is wrong with the props of a construct, reported when the app is synthesized: all of it at once, with what is wrong elsewhere. */
export class Problems {
  private readonly found: string[] = [];

  constructor(private readonly scope: IConstruct) {
    scope.node.addValidation({ validate: () => [...this.found] });
  }

  add(property: string, value: unknown, right: string): void {
    this.found.push(invalidText(this.scope, property, value, right));
  }
}
