import { setTimeout as pause } from 'node:timers/promises';
import { jsonCaller } from '../../kit/aws-json';
import type { JsonObject, Sandbox } from '../../sandbox';
import type { Change } from './changes';

/** A change that DynamoDB accepted, with its record in the stream. */
export interface Made extends Change {
  readonly eventName: string;
  readonly eventId: string;
  readonly sequence: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** What DynamoDB accepted, in the order of the stream. */
export interface Journal {
  readonly made: readonly Made[];
  /** Reads the stream until it has the records of these changes. */
  follow(changes: readonly Change[]): Promise<void>;
}

interface StreamRecord {
  readonly eventName: string;
  readonly eventID: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly ApproximateCreationDateTime: number;
    readonly NewImage?: { readonly correlationId?: { readonly S?: string } };
  };
}

const READ_TIMEOUT_MS = 30_000;

/** Reads the stream beside the pipe, as its second reader. */
export function createJournal(sandbox: Sandbox, streamArn: string): Journal {
  const streams = jsonCaller(sandbox, { service: 'dynamodb', target: 'DynamoDBStreams_20120810' });
  const made: Made[] = [];
  const waiting = new Map<string, Change>();
  let after: string | undefined;

  async function read(): Promise<void> {
    const { StreamDescription } = await streams('DescribeStream', { StreamArn: streamArn });
    const [shard] = (StreamDescription as unknown as { Shards: { ShardId: string }[] }).Shards;
    const position: JsonObject =
      after === undefined ? { ShardIteratorType: 'TRIM_HORIZON' } : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after };
    // Records that were read and have left the stream since then.
    const opened = await streams('GetShardIterator', { StreamArn: streamArn, ShardId: shard.ShardId, ...position }).catch(() =>
      streams('GetShardIterator', { StreamArn: streamArn, ShardId: shard.ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    let iterator: string | undefined = String(opened.ShardIterator);
    while (iterator !== undefined) {
      const { Records, NextShardIterator } = await streams('GetRecords', { ShardIterator: iterator });
      const records = Records as unknown as StreamRecord[];
      for (const record of records) enter(record);
      iterator = records.length === 0 ? undefined : String(NextShardIterator);
    }
  }

  function enter({ eventName, eventID, dynamodb }: StreamRecord): void {
    after = dynamodb.SequenceNumber;
    const change = waiting.get(dynamodb.NewImage?.correlationId?.S ?? '');
    if (change === undefined) return;
    waiting.delete(change.id);
    const { SequenceNumber, ApproximateCreationDateTime: at } = dynamodb;
    made.push({ ...change, eventName, eventId: eventID, sequence: SequenceNumber, at });
  }

  return {
    made,
    async follow(changes) {
      for (const change of changes) waiting.set(change.id, change);
      for (const end = Date.now() + READ_TIMEOUT_MS; ; await pause(50)) {
        await read();
        if (waiting.size === 0) return;
        if (Date.now() > end) throw new Error(`${waiting.size} accepted changes are not in the stream`);
      }
    },
  };
}
