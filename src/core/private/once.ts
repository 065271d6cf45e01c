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
