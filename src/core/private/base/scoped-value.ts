import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

/**
 * A value that is set on a scope and holds for everything below it. It lives on the constructs themselves: two apps in one process
 * share nothing, and two copies of this package in one app agree.
 */
export class ScopedValue<T extends object | number> {
  private readonly value: symbol;
  private readonly reader: symbol;

  /** @param name how people set it, for error messages: `AppKey.set` */
  constructor(private readonly name: string) {
    this.value = Symbol.for(`cdk-andamio.${name}.value`);
    this.reader = Symbol.for(`cdk-andamio.${name}.reader`);
  }

  /**
   * Sets the value for a scope and all below it.
   *
   * @param call what was called, for error messages
   * @throws when the scope has one, or when something below has looked for it already: part of the app would have the old answer
   */
  set(scope: IConstruct, value: T, call = this.name): void {
    const reader = this.peek<string>(scope, this.reader);
    if (reader !== undefined) invalid(scope, call, value, `a call before ${reader || 'the app'} reads it`);
    if (this.peek<T>(scope, this.value) !== undefined) invalid(scope, call, value, 'one call per scope');
    this.poke(scope, this.value, value);
  }

  /** The value of the nearest scope that has one. From then on it can't be set between here and there. */
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
