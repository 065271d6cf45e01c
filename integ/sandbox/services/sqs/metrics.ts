import type { Clock, JsonObject, Metrics, Reading } from '../../contracts';
import type { JsonEngine } from '../../protocol/aws-json';
import { objectOf, objects } from '../../protocol/json';

/** Documented: "A queue is considered active by CloudWatch for up to six hours from the last activity". */
const ACTIVE_MS = 6 * 3_600_000;
/** How long what was read of a queue is used for its other gauges, in this machine's time. */
const READ_MS = 500;

const COUNTS = {
  ApproximateNumberOfMessagesVisible: 'ApproximateNumberOfMessages',
  ApproximateNumberOfMessagesNotVisible: 'ApproximateNumberOfMessagesNotVisible',
  ApproximateNumberOfMessagesDelayed: 'ApproximateNumberOfMessagesDelayed',
};
const OLDEST = 'OldestMessageTimestamp';
const UNITS = {
  ...{ NumberOfMessagesSent: 'Count', NumberOfMessagesReceived: 'Count', NumberOfEmptyReceives: 'Count', NumberOfMessagesDeleted: 'Count' },
  ...{ ApproximateNumberOfMessagesVisible: 'Count', ApproximateNumberOfMessagesNotVisible: 'Count' },
  ...{ ApproximateNumberOfMessagesDelayed: 'Count', ApproximateAgeOfOldestMessage: 'Seconds' },
};

/** The metrics of queues. */
export interface QueueMetrics {
  /** Counts what an operation did. */
  happened(queueName: string, operation: string, output: JsonObject): void;
  /** Reads the depth of a queue and the age of its oldest message in each minute. */
  observe(queueName: string): void;
  close(): void;
}

/** Documented: "Available CloudWatch metrics for Amazon SQS". Messages that SQS itself moves to a dead-letter queue are not sent. */
export function queueMetrics(metrics: Metrics, clock: Clock, call: JsonEngine['call']): QueueMetrics {
  const put = metrics.source({ namespace: 'AWS/SQS', units: UNITS, dimensions: [['QueueName']] });
  const active = new Map<string, number>();
  const stops: (() => void)[] = [];

  /** The attributes of a queue, read once for all of its gauges. */
  function reader(queueName: string): () => Promise<JsonObject> {
    let last: { readonly at: number; readonly attributes: Promise<JsonObject> } | undefined;
    const read = async (): Promise<JsonObject> => {
      const input = { QueueUrl: queueName, AttributeNames: [...Object.values(COUNTS), OLDEST] };
      const { Attributes } = await call('GetQueueAttributes', input).catch((): JsonObject => ({}));
      return objectOf(Attributes);
    };
    return () => {
      if (last === undefined || performance.now() - last.at > READ_MS) {
        last = { at: performance.now(), attributes: read() };
      }
      return last.attributes;
    };
  }

  return {
    happened(queueName, operation, output) {
      active.set(queueName, clock.now());
      const dimensions = { QueueName: queueName };
      switch (operation) {
        case 'SendMessage':
          return put(dimensions, { NumberOfMessagesSent: 1 });
        case 'SendMessageBatch': {
          const sent = objects(output.Successful).length;
          return sent > 0 ? put(dimensions, { NumberOfMessagesSent: sent }) : undefined;
        }
        case 'ReceiveMessage': {
          const received = objects(output.Messages).length;
          return put(dimensions, received > 0 ? { NumberOfMessagesReceived: received } : { NumberOfEmptyReceives: 1 });
        }
        case 'DeleteMessage':
          return put(dimensions, { NumberOfMessagesDeleted: 1 });
        case 'DeleteMessageBatch':
          return put(dimensions, { NumberOfMessagesDeleted: objects(output.Successful).length });
        default:
          return undefined;
      }
    },
    observe(queueName) {
      const read = reader(queueName);
      const gauge = (name: string, unit: string, reading: (attributes: JsonObject) => Reading) =>
        stops.push(
          metrics.observe({ namespace: 'AWS/SQS', name, dimensions: { QueueName: queueName } }, unit, async () => reading(await read())),
        );
      for (const [name, attribute] of Object.entries(COUNTS)) {
        gauge(name, 'Count', (attributes) => {
          const count = attributes[attribute] === undefined ? undefined : Number(attributes[attribute]);
          if (count !== 0) return count;
          const until = (active.get(queueName) ?? Number.NEGATIVE_INFINITY) + ACTIVE_MS;
          return (at) => (at <= until ? 0 : undefined);
        });
      }
      // Documented: reported if the queue contains at least one active message.
      gauge('ApproximateAgeOfOldestMessage', 'Seconds', (attributes) => {
        if (attributes[OLDEST] === undefined) return undefined;
        const since = clock.shownAt(Number(attributes[OLDEST]));
        return (at) => (at > since ? Math.floor((at - since) / 1000) : undefined);
      });
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}
