import type { Call, Sandbox } from '../../sandbox';
import type { LakeParts } from './parts';
import type { Moment } from './timeline';

export interface Faults {
  /** Arms what goes wrong at a moment; nothing at most of them. */
  arm(moment: Moment): void;
  /** Waits for restarts, and removes the faults of this moment. */
  disarm(): Promise<void>;
  readonly kills: { pipe: number; delivery: number };
}

/**
 * Kills the pipe after Firehose has accepted a batch, before it records its position, and the delivery after it has written an object, before
 * it records that. Which batch and which object is drawn by lot.
 */
export function createFaults({ endpoint, pipes, deliveryStreams }: Sandbox, parts: LakeParts, random: () => number): Faults {
  const whole = (limit: number): number => Math.floor(random() * limit);
  const kills = { pipe: 0, delivery: 0 };
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
    kills,
    arm({ kill, throttle }) {
      if (kill) {
        killAfter(
          1 + whole(2),
          (call) => parts.isPipe(call) && call.operation === 'PutRecordBatch',
          () => {
            kills.pipe += 1;
            return pipes.kill(parts.pipeArn);
          },
        );
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
        ends.push(endpoint.inject({ ...busy, calls: [1, 4], statements }), endpoint.inject({ ...busy, calls: [2, 3], status: 503 }));
      }
    },
    async disarm() {
      for (const end of ends.splice(0)) end();
      await Promise.all(restarts.splice(0));
    },
  };
}
