import type { Assembly, Credentials, Endpoint, JsonObject } from '../contracts';
import { objectOf, objects } from '../protocol/json';
import { ServiceError } from '../protocol/service-error';
import { eventOf, type StreamEvent } from './record';

const TARGET = 'DynamoDBStreams_20120810';
/** The maximum of GetRecords. */
const READ_LIMIT = 1000;

/** Reads the shards of a DynamoDB stream in order, with the permissions of a role. */
export interface StreamSource {
  /** The next records; none only if there are no new ones. */
  read(): Promise<readonly StreamEvent[]>;
  /** Continues after this record when the iterator has expired, and after `rewind`. */
  commit(sequenceNumber: string): void;
  /** Reads again from the record after the last committed one. */
  rewind(): void;
  /** The shard of the records of the last read. */
  shardId(): string;
}

export interface StreamSourceOptions {
  readonly assembly: Pick<Assembly, 'region'>;
  readonly endpoint: Pick<Endpoint, 'call'>;
  readonly streamArn: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  credentials(): Credentials;
}

export function streamSource({ assembly, endpoint, streamArn, startingPosition, credentials }: StreamSourceOptions): StreamSource {
  let shard = '';
  let iterator: string | undefined;
  let committed: string | undefined;
  let started = false;

  async function call(operation: string, input: JsonObject): Promise<JsonObject> {
    const { status, body } = await endpoint.call({
      ...{ service: 'dynamodb', method: 'POST', url: '/', region: assembly.region, credentials: credentials() },
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${TARGET}.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    });
    const output = JSON.parse(body.toString()) as JsonObject;
    if (status === 200) return output;
    throw new ServiceError(String(output.__type).replace(/^.*#/, ''), String(output.message ?? output.Message), status);
  }

  async function position(from: JsonObject): Promise<string> {
    const { ShardIterator } = await call('GetShardIterator', { StreamArn: streamArn, ShardId: shard, ...from });
    return String(ShardIterator);
  }

  async function open(): Promise<string> {
    if (shard === '') {
      const { StreamDescription } = await call('DescribeStream', { StreamArn: streamArn });
      shard = String(objects(objectOf(StreamDescription).Shards).at(-1)?.ShardId);
    }
    if (committed !== undefined) return position({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: committed });
    const first = !started && startingPosition === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON';
    const opened = await position({ ShardIteratorType: first });
    started = true;
    return opened;
  }

  /** Opens an iterator again that has expired, or whose records have left the stream. */
  async function readAgain(error: unknown): Promise<readonly StreamEvent[]> {
    iterator = undefined;
    // Records that were trimmed before they were read are lost, as on AWS.
    if (error instanceof ServiceError && error.code === 'TrimmedDataAccessException') committed = undefined;
    else if (!(error instanceof ServiceError && error.code === 'ExpiredIteratorException')) throw error;
    return page();
  }

  async function page(): Promise<readonly StreamEvent[]> {
    iterator ??= await open();
    const { Records, NextShardIterator } = await call('GetRecords', { ShardIterator: iterator, Limit: READ_LIMIT });
    iterator = NextShardIterator === undefined ? undefined : String(NextShardIterator);
    return objects(Records).map((record) => eventOf(record, streamArn));
  }

  return {
    async read() {
      try {
        return await page().catch(readAgain);
      } catch (error) {
        iterator = undefined;
        throw error;
      }
    },
    commit(sequenceNumber) {
      committed = sequenceNumber;
    },
    rewind() {
      iterator = undefined;
    },
    shardId: () => shard,
  };
}
