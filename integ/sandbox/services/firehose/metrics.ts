import type { Clock, Metrics } from '../../contracts';

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

/** Documented: "Monitor Amazon Data Firehose Using CloudWatch Metrics". @param oldest when the oldest record that waits arrived */
export function deliveryMetrics(
  metrics: Metrics,
  clock: Pick<Clock, 'now'>,
  streamName: string,
  oldest: () => number | undefined,
): DeliveryMetrics {
  const dimensions = { DeliveryStreamName: streamName };
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
  const put = (values: Parameters<typeof own>[1]) => own(dimensions, values);
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
