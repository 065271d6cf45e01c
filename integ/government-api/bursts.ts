import type { Behaviour } from './behaviour';
import { between, type Draws } from './draws';

/**
 * The status of a request that is part of a burst of errors. Requests are divided into groups of `every`, and each group has one burst at a
 * place that the seed decides.
 *
 * @param arrival the number of the request among all requests, from 0
 */
export function burstAt({ bursts }: Behaviour, draws: Draws, arrival: number): 500 | 503 | undefined {
  if (bursts === undefined) return undefined;
  const group = Math.floor(arrival / bursts.every);
  const random = draws('burst', group);
  const length = between(bursts.length, random);
  const first = group * bursts.every + between([0, bursts.every - length], random);
  const status = random() < 0.5 ? 500 : 503;
  return first <= arrival && arrival < first + length ? status : undefined;
}
