import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** A port that a server should have, and what happens where it is taken. */
export interface Port {
  readonly number: number;
  readonly otherwise: 'another' | 'fail';
}

/** The port at a place of the run; undefined where any will do. */
export type Ports = (place: number) => Port | undefined;

/** Places of a run: the endpoint, the APIs in the order of the assembly, the user pools in theirs. */
export const PLACES = { endpoint: 0, apis: 1, userPools: 50 } as const;
const PLACES_OF_A_RUN = 100;
/** Below those that systems give to whoever asks for any port. */
const LEAST = 20_000;
const MOST = 32_000;

export const anyPorts: Ports = () => undefined;

/** Places from a first port on. */
export function portsFrom(first: number, otherwise: Port['otherwise']): Ports {
  return (place) => (first + place > 65_535 ? undefined : { number: first + place, otherwise });
}

/** The first port for a cloud assembly: the same in each run, another for another folder. */
export function firstPortOf(directory: string): number {
  const [byte, next] = createHash('sha256').update(resolve(directory)).digest();
  const runs = (MOST - LEAST) / PLACES_OF_A_RUN;
  return LEAST + ((byte * 256 + next) % runs) * PLACES_OF_A_RUN;
}
