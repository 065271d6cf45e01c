/** When requests are due, in milliseconds from the start, in order: the schedule of an open-loop load. */
export type Arrivals = readonly number[];

/** At equal intervals. */
export function evenArrivals(perSecond: number, seconds: number): Arrivals {
  return Array.from({ length: Math.round(perSecond * seconds) }, (_, number) => (number / perSecond) * 1000);
}

/**
 * Independent of each other, as requests of many users are: a Poisson process with this exact number of arrivals. Some seconds have more
 * than others, and requests come in bunches.
 */
export function randomArrivals(perSecond: number, seconds: number, random: () => number): Arrivals {
  return Array.from({ length: Math.round(perSecond * seconds) }, () => random() * seconds * 1000).sort((a, b) => a - b);
}
