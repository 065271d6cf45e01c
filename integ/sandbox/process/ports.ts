import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** The preferred port of a server, and what to do if it is in use. */
export interface Port {
  readonly number: number;
  readonly otherwise: 'another' | 'fail';
}

/** The port for a server of the run; undefined for any port. */
export type Ports = (place: number) => Port | undefined;

/** The servers of a run: the endpoint, then APIs, user pools and listeners of load balancers in the order of the assembly. */
export const PLACES = { endpoint: 0, apis: 1, userPools: 50, loadBalancers: 75 } as const;
const PLACES_OF_A_RUN = 100;
/** Below the range of ephemeral ports. */
const MINIMUM_PORT = 20_000;
const MAXIMUM_PORT = 32_000;

export const anyPorts: Ports = () => undefined;

/** Assigns ports from a first port. */
export function portsFrom(first: number, otherwise: Port['otherwise']): Ports {
  return (place) => (first + place > 65_535 ? undefined : { number: first + place, otherwise });
}

/** The first port for a cloud assembly, derived from its folder: the same in each run. */
export function firstPortOf(directory: string): number {
  const [byte, next] = createHash('sha256').update(resolve(directory)).digest();
  const runs = (MAXIMUM_PORT - MINIMUM_PORT) / PLACES_OF_A_RUN;
  return MINIMUM_PORT + ((byte * 256 + next) % runs) * PLACES_OF_A_RUN;
}
