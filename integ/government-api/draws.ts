import { createHash } from 'node:crypto';
import { generator } from '../kit/random';

/** Random numbers that depend on the seed and on what they are for. They do not depend on time, or on other requests. */
export type Draws = (...purpose: readonly (string | number)[]) => () => number;

export function drawsOf(seed: number): Draws {
  return (...purpose) =>
    generator(
      createHash('sha256')
        .update(JSON.stringify([seed, ...purpose]))
        .digest()
        .readInt32BE(),
    );
}

/** An integer from `least` to `most`, both included. */
export function between([least, most]: readonly [number, number], random: () => number): number {
  return least + Math.floor(random() * (most - least + 1));
}
