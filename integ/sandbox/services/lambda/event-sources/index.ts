import { rejectNothing } from '../../../assembly/errors';
import type { Assembly, Clock, Endpoint, Invocation, Json, Resource } from '../../../contracts';
import { checkPermissions, type QueueMapping, readMapping } from './mapping';
import { type EventSource, startPoller } from './poller';
import { checkStreamPermissions } from './stream-mapping';
import { startStreamPoller } from './stream-poller';

export type { EventSource } from './poller';

export interface EventSourcesOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  report(line: string): void;
  /** Handles a mapping that is not supported or that AWS would reject. By default the first is reported and the second throws. */
  reject?(resource: Resource, reason: Error): void;
}

/**
 * Starts the event source mappings of an assembly. A mapping that is not supported is left out and reported; call `problemsOf` before to
 * reject it. A mapping whose role AWS would not accept is rejected before any mapping starts.
 */
export async function openEventSources({ assembly, endpoint, clock, invoke, report, reject }: EventSourcesOptions): Promise<EventSource[]> {
  const read = assembly.ofType('AWS::Lambda::EventSourceMapping').flatMap((resource) => {
    try {
      return [{ resource, mapping: assembly.read(resource, readMapping) }];
    } catch (error) {
      if (reject) reject(resource, error as Error);
      else report(`${resource.id} is left out: ${(error as Error).message}`);
      return [];
    }
  });
  const accepted = read.flatMap(({ resource, mapping }) => {
    try {
      if ('streamArn' in mapping) checkStreamPermissions(mapping, endpoint);
      else checkPermissions(mapping, endpoint);
      return [mapping];
    } catch (error) {
      (reject ?? rejectNothing)(resource, error as Error);
      return [];
    }
  });
  return Promise.all(
    accepted.map((mapping) => {
      if ('streamArn' in mapping) return startStreamPoller({ mapping, assembly, endpoint, clock, invoke, report });
      warnOfEarlyRedelivery(mapping, clock, report);
      return startPoller({ mapping, endpoint, clock, invoke, report, region: assembly.region });
    }),
  );
}

/**
 * Reports messages that may be delivered while they are still handled: functions run in this machine's time, but visibility timeouts use
 * the clock.
 */
function warnOfEarlyRedelivery(
  { id, visibilitySeconds, timeoutSeconds }: QueueMapping,
  clock: Clock,
  report: (line: string) => void,
): void {
  // The engine only supports whole seconds.
  const visible = Math.max(1, Math.ceil(clock.real(visibilitySeconds * 1000) / 1000));
  if (visible < timeoutSeconds) {
    report(
      `${id}: at speed ${clock.speed} a message is visible again after ${visible} s of real time, but its function may run for ${timeoutSeconds} s: it may be delivered twice`,
    );
  }
}
