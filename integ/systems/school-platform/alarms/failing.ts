import type { Fault } from '../../../sandbox';
import type { WatchedPlatform } from './watched-platform';

/** A table that is not available. */
export const UNAVAILABLE = { service: 'dynamodb', code: 'InternalServerError', status: 500 };

/** Lets operations of a service fail, of all callers or of one role. Returns how to end it. */
export function failing({ sandbox }: WatchedPlatform, operations: readonly string[], fault: Omit<Fault, 'operation'>): () => void {
  const ends = operations.map((operation) => sandbox.endpoint.inject({ ...fault, operation }));
  return () => {
    for (const end of ends) end();
  };
}

/** Lets operations of a service fail that the function at a path calls. Returns how to end it. */
export function failingFor(
  platform: WatchedPlatform,
  path: string,
  operations: readonly string[],
  fault: Omit<Fault, 'operation' | 'roleArn'> = UNAVAILABLE,
): () => void {
  return failing(platform, operations, { ...fault, roleArn: platform.functionAt(path).roleArn });
}
