import type { Clock, Metrics, PutValues } from '../../contracts';

/** A record that has not been delivered. */
interface Waiting {
  readonly data: Buffer;
  readonly at: number;
}

/** The metrics of a delivery stream. */
export interface DeliveryMetrics {
  incoming(records: readonly Buffer[]): void;
  /** An object with records was written, or was not. */
  delivered(records: readonly Waiting[], bytes: number, written: boolean): void;
  converted(records: number, failed: number): void;
  /** How many partitions are active, and whether a record found no place among them. */
  partitions(active: number, exceeded: boolean): void;
  close(): void;
}

/** @param oldest when the oldest record that waits arrived */
export type MeasureStream = (streamName: string, oldest: () => number | undefined) => DeliveryMetrics;

/** Documented: "Monitor Amazon Data Firehose Using CloudWatch Metrics". */
export function deliveryMetrics(metrics: Metrics, clock: Pick<Clock, 'now'>): MeasureStream {
  const own = metrics.source({
    namespace: 'AWS/Firehose',
    units: {
      ...{ IncomingRecords: 'Count', IncomingBytes: 'Bytes' },
      ...{ 'DeliveryToS3.Records': 'Count', 'DeliveryToS3.Bytes': 'Bytes', 'DeliveryToS3.ObjectCount': 'Count' },
      ...{ 'DeliveryToS3.Success': 'Count', 'DeliveryToS3.DataFreshness': 'Seconds' },
      ...{ 'SucceedConversion.Records': 'Count', 'FailedConversion.Records': 'Count' },
      ...{ PartitionCount: 'Count', PartitionCountExceeded: 'Count' },
    },
    dimensions: [['DeliveryStreamName']],
  });
  return (DeliveryStreamName, oldest) => measure({ metrics, clock, own, dimensions: { DeliveryStreamName } }, oldest);
}

interface Measured {
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, 'now'>;
  readonly own: PutValues;
  readonly dimensions: Readonly<Record<string, string>>;
}

function measure({ metrics, clock, own, dimensions }: Measured, oldest: () => number | undefined): DeliveryMetrics {
  const put = (values: Readonly<Record<string, number>>) => own(dimensions, values);
  const freshness = { namespace: 'AWS/Firehose', name: 'DeliveryToS3.DataFreshness', dimensions };
  const stop = metrics.observe(freshness, 'Seconds', () => {
    const since = oldest();
    return since === undefined ? undefined : (at) => (at > since ? (at - since) / 1000 : undefined);
  });
  return {
    incoming: (records) => put({ IncomingRecords: records.length, IncomingBytes: records.reduce((sum, { length }) => sum + length, 0) }),
    delivered(records, bytes, written) {
      if (!written) return put({ 'DeliveryToS3.Success': 0 });
      put({
        ...{ 'DeliveryToS3.Records': records.length, 'DeliveryToS3.Bytes': bytes, 'DeliveryToS3.ObjectCount': 1 },
        ...{ 'DeliveryToS3.Success': 1, 'DeliveryToS3.DataFreshness': (clock.now() - Math.min(...records.map(({ at }) => at))) / 1000 },
      });
    },
    converted: (records, failed) => put({ 'SucceedConversion.Records': records - failed, 'FailedConversion.Records': failed }),
    partitions: (active, exceeded) => put({ PartitionCount: active, PartitionCountExceeded: exceeded ? 1 : 0 }),
    close: stop,
  };
}
