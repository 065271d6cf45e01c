import { testMetrics } from '../../testing/metrics';
import { deliveryMetrics } from './metrics';

const NAMES = { DeliveryStreamName: 'S' };

// Documented: "Monitor Amazon Data Firehose Using CloudWatch Metrics".
test('records that arrive, are converted and are delivered are counted', () => {
  const { metrics, sum, now } = testMetrics();
  const stream = deliveryMetrics(metrics, { now: () => now })('S', () => undefined);
  const records = [{ data: Buffer.from('abc'), at: now - 90_000 }];
  stream.incoming([Buffer.from('abc'), Buffer.from('de')]);
  stream.converted(10, 4);
  stream.partitions(3, true);
  stream.delivered(records, 100, false);
  stream.delivered(records, 100, true);
  const names = ['IncomingRecords', 'IncomingBytes', 'SucceedConversion.Records', 'FailedConversion.Records', 'PartitionCountExceeded'];
  expect(names.map((name) => sum(name, NAMES))).toEqual([2, 5, 6, 4, 1]);
  const delivery = ['Records', 'Bytes', 'ObjectCount', 'Success', 'DataFreshness'];
  expect(delivery.map((name) => sum(`DeliveryToS3.${name}`, NAMES))).toEqual([1, 100, 1, 1, 90]);
});

test('what waits becomes older in each minute', async () => {
  const { metrics, now, sample } = testMetrics();
  deliveryMetrics(metrics, { now: () => now })('S', () => now - 60_000);
  await sample(2);
  const id = { namespace: 'AWS/Firehose', name: 'DeliveryToS3.DataFreshness', dimensions: NAMES };
  expect(metrics.values(id, 'Maximum', 60, now, now + 120_000)).toEqual([120, 180]);
});
