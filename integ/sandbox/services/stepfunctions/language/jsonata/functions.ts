import { randomUUID } from 'node:crypto';
import type jsonataOf from 'jsonata';
import type { Json } from '../../../../contracts';
import { hash, partition } from '../jsonpath/functions';

/** What Step Functions adds to JSONata (documented: "Transforming data with JSONata in Step Functions"). */
export function registerFunctions(expression: jsonataOf.Expression): void {
  expression.registerFunction(
    'partition',
    (items?: Json[], size?: number) => items && partition(items, Math.max(1, Math.floor(size ?? 1))),
  );
  expression.registerFunction('range', (first: number, last: number, step: number) => {
    const length = Math.floor((last - first) / step) + 1;
    if (step === 0 || !(length <= 1_000_000)) throw new Error('$range needs a step other than 0, and less than a million items');
    return Array.from({ length: Math.max(0, length) }, (_, index) => first + index * step);
  });
  expression.registerFunction('hash', (data: Json, algorithm: string) => hash(data, algorithm, '$hash'));
  expression.registerFunction('uuid', () => randomUUID());
  expression.registerFunction('parse', (text?: string) => (text === undefined ? undefined : (JSON.parse(text) as Json)));
  expression.registerFunction('random', function (this: { environment: { lookup(name: string): () => number } }, seed?: number) {
    return seed === undefined ? this.environment.lookup('andamioRandom')() : seeded(seed);
  });
}

/** The same number for the same seed. It is not the number that AWS returns. */
function seeded(seed: number): number {
  const mixed = Math.imul(Math.floor(seed) ^ 0x9e3779b9, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
}
