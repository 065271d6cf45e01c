import type { Call, Sandbox } from '../../sandbox';
import type { LakeParts } from './parts';
import type { Moment } from './timeline';

export interface Faults {
  /** Arms what goes wrong at a moment; nothing at most of them. */
  arm(moment: Moment): void;
  /** Waits for restarts, and removes the faults of this moment. */
  disarm(): Promise<void>;
  readonly kills: { readonly pipe: number; readonly delivery: number };
  /** Calls of the pipe that Firehose did not accept: with some of their records, and whole. */
  readonly throttled: { readonly partly: number; readonly whole: number };
}

/**
 * Kills the pipe after Firehose has accepted a batch, before it records its position, and the delivery after it has written an object, before
 * it records that. Which batch and which object is drawn by lot.
 */
export function createFaults({ endpoint, pipes, deliveryStreams }: Sandbox, parts: LakeParts, random: () => number): Faults {
  const whole = (limit: number): number => Math.floor(random() * limit);
  const kills = { pipe: 0, delivery: 0 };
  const throttled = { partly: 0, whole: 0 };
  const restarts: Promise<void>[] = [];
  const ends: (() => void)[] = [];

  function killAfter(number: number, matches: (call: Call) => boolean, kill: () => Promise<void>): void {
    let seen = 0;
    const end = endpoint.onCall((call) => {
      if (!matches(call) || call.status >= 400) return;
      seen += 1;
      if (seen === number) restarts.push(kill());
    });
    ends.push(end);
  }

  return {
    ...{ kills, throttled },
    arm({ kill, throttle }) {
      if (kill === 'pipe' || kill === 'both') {
        killAfter(
          1,
          (call) => parts.isPipe(call) && call.operation === 'PutRecordBatch',
          () => {
            kills.pipe += 1;
            return pipes.kill(parts.pipeArn);
          },
        );
      }
      if (kill === 'delivery' || kill === 'both') {
        killAfter(
          1 + whole(20),
          (call) => parts.isDelivery(call) && call.operation === 'PutObject',
          () => {
            kills.delivery += 1;
            return deliveryStreams.kill(parts.deliveryArn);
          },
        );
      }
      if (throttle) {
        const busy = { service: 'firehose', operation: 'PutRecordBatch', code: 'ServiceUnavailableException', message: 'Slow down.' };
        const statements = Array.from({ length: 40 }, () => whole(100));
        const isPut = (call: Call) => parts.isPipe(call) && call.operation === 'PutRecordBatch' && call.faults.length > 0;
        const count = endpoint.onCall((call) => {
          if (isPut(call)) throttled[call.status === 503 ? 'whole' : 'partly'] += 1;
        });
        ends.push(count, endpoint.inject({ ...busy, calls: [1, 4], statements }), endpoint.inject({ ...busy, calls: [2, 3], status: 503 }));
      }
    },
    async disarm() {
      for (const end of ends.splice(0)) end();
      await Promise.all(restarts.splice(0));
    },
  };
}
