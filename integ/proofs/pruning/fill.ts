import { type JsonCaller, jsonCaller } from '../../kit/aws-json';
import type { Progress } from '../../kit/progress';
import type { Sandbox } from '../../sandbox';
import { type Change, changesOf, DELIVERIES, MONTHS } from './records';

/** Documented: PutRecordBatch. */
const BATCH = 500;

/**
 * Sends the changes of all months to the delivery streams, and has each delivery written before the next one arrives. The table and the
 * pipe come before: the stream of a table has the time of its own clock, so that the records of 14 months cannot come through it.
 *
 * @param ids what the logical ids of the delivery streams begin with
 * @returns the number of records of each stream
 */
export async function fill(sandbox: Sandbox, ids: readonly string[], progress: Progress): Promise<number> {
  const put = jsonCaller(sandbox, { service: 'firehose', target: 'Firehose_20150804' });
  const streams = ids.map((id) => streamOf(sandbox, id));
  let sent = 0;
  for (const [index, month] of MONTHS.entries()) {
    for (let delivery = 0; delivery < DELIVERIES; delivery++) {
      const changes = changesOf(month, delivery);
      for (const stream of streams) await send(put, stream, changes);
      await sandbox.deliveryStreams.flush();
      sent += changes.length;
      progress.count('deliveries', index * DELIVERIES + delivery + 1, MONTHS.length * DELIVERIES);
    }
  }
  return sent;
}

function streamOf({ assembly }: Sandbox, id: string): string {
  const found = assembly.ofType('AWS::KinesisFirehose::DeliveryStream').find(({ logicalId }) => logicalId.startsWith(id));
  if (found === undefined) throw new Error(`The assembly has no delivery stream ${id}`);
  return assembly.ref(found);
}

async function send(put: JsonCaller, DeliveryStreamName: string, changes: readonly Change[]): Promise<void> {
  for (let from = 0; from < changes.length; from += BATCH) {
    const Records = changes.slice(from, from + BATCH).map(({ record }) => ({ Data: Buffer.from(record).toString('base64') }));
    const { FailedPutCount } = await put('PutRecordBatch', { DeliveryStreamName, Records });
    if (FailedPutCount !== 0) throw new Error(`${DeliveryStreamName}: ${FailedPutCount} records failed`);
  }
}
