import type { IConstruct } from 'constructs';

/**
 * Whether something is asked of an object for the first time. The answer is kept on the object itself, so that two copies of this package in one app
 * agree.
 */
export function isFirst(holder: object, what: string): boolean {
  const asked = Symbol.for(`cdk-andamio.${what}`);
  if (asked in holder) return false;
  Object.defineProperty(holder, asked, { value: true });
  return true;
}

/** The child of a scope with this id: created when it is asked for first. */
export function childOnce<T extends IConstruct>(scope: IConstruct, id: string, create: (id: string) => T): T {
  return (scope.node.tryFindChild(id) as T | undefined) ?? create(id);
}
