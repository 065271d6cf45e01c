import type { LakeEngine } from '../../engines';
import type { SandboxContext } from '../../service-module';
import { type Arrived, type DeliveryProcess, startDelivery } from './delivery-process';
import type { TemplateStream } from './delivery-stream';
import type { MeasureStream } from './metrics';

/** The delivery of one stream. */
export interface Delivery {
  /** How many deliveries are under way, without those that wait to be tried again. */
  readonly underWay: number;
  accept(records: readonly Buffer[]): void;
  /** Delivers everything that has arrived, without waiting for the interval. */
  flush(): Promise<void>;
  /** Resolves when every record that was accepted is in an object, or given up. */
  delivered(): Promise<void>;
  /** Ends what delivers, and starts it again with the records that it has not recorded as delivered. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Keeps accepted records until they are delivered. What converts, buffers and delivers them can be killed: the records of an object that it
 * wrote and has not recorded are then in a second object, as Firehose delivers at least once (documented: "Duplicated records").
 */
export function openDelivery(context: SandboxContext, lake: LakeEngine, measure: MeasureStream, stream: TemplateStream): Delivery {
  const { clock } = context;
  const accepted = new Set<Arrived>();
  // Records are accepted in the order of their times.
  const oldest = () => accepted.values().next().value?.at;
  const metrics = measure(stream.name, oldest);
  const waiting = new Set<() => void>();
  let running: DeliveryProcess = start();

  function start(): DeliveryProcess {
    return startDelivery(context, lake, stream, metrics, (records) => {
      for (const record of records) accepted.delete(record);
      if (accepted.size > 0) return;
      for (const resolve of waiting) resolve();
      waiting.clear();
    });
  }

  return {
    get underWay() {
      return running.underWay;
    },
    accept(records) {
      metrics.incoming(records);
      const at = clock.now();
      const arrived = records.map((data) => ({ data, at }));
      for (const record of arrived) accepted.add(record);
      running.accept(arrived);
    },
    flush: () => running.flush(),
    delivered: () => (accepted.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
    async kill() {
      await running.end('killed');
      running = start();
      running.accept([...accepted]);
    },
    close() {
      metrics.close();
      return running.end('The sandbox is closing');
    },
  };
}
