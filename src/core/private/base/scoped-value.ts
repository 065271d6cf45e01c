import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

/**
 * A value that is set on a scope and applies to everything below it. It is stored on the constructs themselves, so that two apps in one
 * process share nothing, and two copies of this package in one app share it.
 */
export class ScopedValue<T extends object | number> {
  private readonly value: symbol;
  private readonly reader: symbol;

  /** @param name the function that sets the value, for error messages: `AppKey.set` */
  constructor(private readonly name: string) {
    this.value = Symbol.for(`cdk-andamio.${name}.value`);
    this.reader = Symbol.for(`cdk-andamio.${name}.reader`);
  }

  /**
   * Sets the value of a scope.
   *
   * @param call the function that was called, for error messages
   * @throws when the scope already has a value, or when a construct below it has already read the value: parts of the app would use
   * different values
   */
  set(scope: IConstruct, value: T, call = this.name): void {
    const reader = this.peek<string>(scope, this.reader);
    if (reader !== undefined) invalid(scope, call, value, `a call before ${reader || 'the app'} reads it`);
    if (this.peek<T>(scope, this.value) !== undefined) invalid(scope, call, value, 'one call per scope');
    this.poke(scope, this.value, value);
  }

  /** Returns the value of the nearest scope that has one. Afterwards, no value can be set on the scopes in between. */
  find(scope: IConstruct): T | undefined {
    for (let at: IConstruct | undefined = scope; at !== undefined; at = at.node.scope) {
      if (this.peek<string>(at, this.reader) === undefined) this.poke(at, this.reader, scope.node.path);
      const found = this.peek<T>(at, this.value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private peek<V>(scope: IConstruct, key: symbol): V | undefined {
    return (scope as unknown as Record<symbol, V | undefined>)[key];
  }

  private poke(scope: IConstruct, key: symbol, value: unknown): void {
    Object.defineProperty(scope, key, { value });
  }
}
