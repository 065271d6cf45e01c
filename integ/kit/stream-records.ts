import type { Sandbox } from '../sandbox';
import { jsonCaller } from './aws-json';
import type { Item } from './observer';

/** A change in the stream of a table. */
export interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: { readonly ApproximateCreationDateTime: number; readonly SequenceNumber: string; readonly NewImage?: Item };
}

/**
 * What the stream of a table has, from its beginning to a page without records.
 *
 * @param mostPages of each shard: DynamoDB answers with at most 1,000 records at a time. @default - all
 */
export async function streamRecords(
  sandbox: Pick<Sandbox, 'endpoint' | 'assembly'>,
  TableName: string,
  mostPages = Number.POSITIVE_INFINITY,
): Promise<StreamRecord[]> {
  const call = jsonCaller(sandbox, { service: 'dynamodb', target: 'DynamoDBStreams_20120810' });
  const { Streams } = await call('ListStreams', { TableName });
  const [{ StreamArn }] = Streams as unknown as { StreamArn: string }[];
  const { StreamDescription } = await call('DescribeStream', { StreamArn });
  const { Shards } = StreamDescription as unknown as { Shards: { ShardId: string }[] };
  const found: StreamRecord[] = [];
  for (const { ShardId } of Shards) {
    let { ShardIterator = null } = await call('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
    for (let page = 0; ShardIterator !== null && page < mostPages; page += 1) {
      const { Records, NextShardIterator = null } = await call('GetRecords', { ShardIterator });
      const records = Records as unknown as StreamRecord[];
      found.push(...records);
      ShardIterator = records.length === 0 ? null : NextShardIterator;
    }
  }
  return found;
}
