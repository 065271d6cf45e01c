import type { IConstruct } from 'constructs';

/**
 * Whether this is the first call for an object and a purpose. Stored on the object itself, so that two copies of this package in one app
 * share it.
 */
export function isFirst(holder: object, purpose: string): boolean {
  const marker = Symbol.for(`cdk-andamio.${purpose}`);
  if (marker in holder) return false;
  Object.defineProperty(holder, marker, { value: true });
  return true;
}

/** Returns the child of a scope with this id. The first call creates it. */
export function childOnce<T extends IConstruct>(scope: IConstruct, id: string, create: (id: string) => T): T {
  return (scope.node.tryFindChild(id) as T | undefined) ?? create(id);
}
