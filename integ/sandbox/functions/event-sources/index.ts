import type { Assembly, Clock, Door, Invocation, Json } from '../../contracts';
import type { FunctionConfiguration } from '../configuration';
import { readMapping } from './mapping';
import { type EventSource, startPoller } from './poller';

export type { EventSource } from './poller';

export interface EventSourcesOptions {
  readonly assembly: Assembly;
  readonly door: Door;
  readonly clock: Clock;
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  find(nameOrArn: string): FunctionConfiguration | undefined;
  say(line: string): void;
}

/**
 * Starts the event source mappings of an assembly.
 *
 * @throws for a mapping that AWS would refuse or that is not understood, before any is started
 */
export async function openEventSources({ assembly, door, clock, invoke, find, say }: EventSourcesOptions): Promise<EventSource[]> {
  const mappings = assembly.ofType('AWS::Lambda::EventSourceMapping').map((resource) => readMapping(assembly, door, resource, find));
  return mappings.map((mapping) => startPoller({ mapping, door, clock, invoke, say, region: assembly.region }));
}
