import { rejectNothing } from '../../../assembly/errors';
import type { Assembly, Clock, Endpoint, Invocation, Json, Resource } from '../../../contracts';
import { checkPermissions, type QueueMapping, readMapping } from './mapping';
import { type EventSource, startPoller } from './poller';

export type { EventSource } from './poller';

export interface EventSourcesOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  say(line: string): void;
  /** Leaves out a mapping that does not run, or that AWS would not make; by default the first is reported, the second thrown. */
  reject?(resource: Resource, reason: Error): void;
}

/**
 * Starts the event source mappings of an assembly. One that is not supported is left out, which is said: who wants to reject it asks
 * `problemsOf` before.
 *
 * A mapping whose role AWS would not accept is rejected, before any is started.
 */
export async function openEventSources({ assembly, endpoint, clock, invoke, say, reject }: EventSourcesOptions): Promise<EventSource[]> {
  const read = assembly.ofType('AWS::Lambda::EventSourceMapping').flatMap((resource) => {
    try {
      return [{ resource, mapping: assembly.read(resource, readMapping) }];
    } catch (error) {
      if (reject) reject(resource, error as Error);
      else say(`${resource.id} is left out: ${(error as Error).message}`);
      return [];
    }
  });
  const accepted = read.flatMap(({ resource, mapping }) => {
    try {
      checkPermissions(mapping, endpoint);
      return [mapping];
    } catch (error) {
      (reject ?? rejectNothing)(resource, error as Error);
      return [];
    }
  });
  for (const mapping of accepted) {
    warnOfEarlyRedelivery(mapping, clock, say);
  }
  return accepted.map((mapping) => startPoller({ mapping, endpoint, clock, invoke, say, region: assembly.region }));
}

/** Functions take the time that they take, however fast the clock runs; messages become visible again by the clock. */
function warnOfEarlyRedelivery({ id, visibilitySeconds, timeoutSeconds }: QueueMapping, clock: Clock, say: (line: string) => void): void {
  // The engine knows whole seconds only.
  const visible = Math.max(1, Math.ceil(clock.real(visibilitySeconds * 1000) / 1000));
  if (visible < timeoutSeconds) {
    say(
      `${id}: at speed ${clock.speed} a message is visible again after ${visible} s of this machine, but its function may run for ${timeoutSeconds} s: it may be delivered again meanwhile`,
    );
  }
}
