import type { Credentials, Endpoint, Json, JsonObject } from '../../../contracts';
import { objectOf, objects } from '../../../protocol/json';
import type { StreamMapping } from './stream-mapping';

const TARGET = 'DynamoDBStreams_20120810';
/** Records per GetRecords. */
const READ_LIMIT = 1000;

export interface StreamReaderOptions {
  readonly mapping: StreamMapping;
  readonly endpoint: Pick<Endpoint, 'assumeAsService' | 'call'>;
  readonly region: string;
}

/** Reads the records of a stream in order, one shard after another, with the function's role. */
export interface StreamReader {
  /** Finds the position at which the mapping starts. */
  open(): Promise<void>;
  /** The next records, at most `maximum`; none if there are none yet. */
  read(maximum: number): Promise<JsonObject[]>;
  /** The shard of the records that were read last. */
  shardId(): string;
}

export function createStreamReader({ mapping, endpoint, region }: StreamReaderOptions): StreamReader {
  const { streamArn, roleArn, functionName, startingPosition } = mapping;
  const finished = new Set<string>();
  let shard = '';
  let iterator: string | undefined;
  let lastRead: string | undefined;
  let session: { readonly credentials: Credentials; readonly until: number } | undefined;

  /** Credentials are renewed after half of their lifetime. */
  function credentials(): Credentials {
    const now = Date.now();
    if (session === undefined || now >= session.until) {
      const opened = endpoint.assumeAsService(roleArn, 'lambda.amazonaws.com', functionName);
      session = { credentials: opened, until: opened.expiration === undefined ? Number.POSITIVE_INFINITY : (now + opened.expiration) / 2 };
    }
    return session.credentials;
  }

  async function call(operation: string, input: JsonObject): Promise<JsonObject> {
    const { status, body } = await endpoint.call({
      ...{ service: 'dynamodb', method: 'POST', url: '/', region, credentials: credentials() },
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${TARGET}.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    });
    const output = JSON.parse(body.toString()) as JsonObject;
    if (status !== 200) throw new StreamError(output);
    return output;
  }

  /** The shard after those that were read to their end. */
  async function nextShard(): Promise<string | undefined> {
    const { StreamDescription } = await call('DescribeStream', { StreamArn: streamArn });
    return objects(objectOf(StreamDescription).Shards)
      .map(({ ShardId }) => String(ShardId))
      .find((id) => !finished.has(id));
  }

  async function position(type: string, sequence?: string): Promise<string> {
    const input: JsonObject = { StreamArn: streamArn, ShardId: shard, ShardIteratorType: type };
    if (sequence !== undefined) input.SequenceNumber = sequence;
    return String((await call('GetShardIterator', input)).ShardIterator);
  }

  async function get(maximum: number): Promise<JsonObject> {
    const Limit = Math.min(READ_LIMIT, maximum);
    try {
      return await call('GetRecords', { ShardIterator: iterator ?? '', Limit });
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      iterator = await positionAfter(error);
      return call('GetRecords', { ShardIterator: iterator, Limit });
    }
  }

  /** The position at which reading goes on. DynamoDB Local also answers that records are trimmed for LATEST in a stream without records. */
  function positionAfter(error: StreamError): Promise<string> {
    if (error.name === 'TrimmedDataAccessException') return position('TRIM_HORIZON');
    if (error.name !== 'ExpiredIteratorException') throw error;
    return lastRead === undefined ? position(startingPosition) : position('AFTER_SEQUENCE_NUMBER', lastRead);
  }

  return {
    async open() {
      const { StreamDescription } = await call('DescribeStream', { StreamArn: streamArn });
      const shards = objects(objectOf(StreamDescription).Shards);
      const isClosed = (one: JsonObject) => objectOf(one.SequenceNumberRange).EndingSequenceNumber !== undefined;
      const skipped = startingPosition === 'LATEST' ? shards.filter(isClosed) : [];
      for (const { ShardId } of skipped) finished.add(String(ShardId));
      const first = shards.find(({ ShardId }) => !finished.has(String(ShardId)));
      if (first === undefined) return;
      shard = String(first.ShardId);
      iterator = await position(startingPosition);
    },
    async read(maximum) {
      if (iterator === undefined) {
        const next = await nextShard();
        if (next === undefined) return [];
        shard = next;
        lastRead = undefined;
        iterator = await position('TRIM_HORIZON');
      }
      const { Records, NextShardIterator } = await get(maximum);
      const records = objects(Records);
      lastRead = records.length === 0 ? lastRead : sequenceOf(records[records.length - 1]);
      iterator = textOf(NextShardIterator);
      if (iterator === undefined) finished.add(shard);
      return records;
    },
    shardId: () => shard,
  };
}

/** An error of the streams API. */
class StreamError extends Error {
  public constructor({ __type, message, Message }: JsonObject) {
    super(String(message ?? Message ?? ''));
    this.name = String(__type).replace(/^.*#/, '');
  }
}

/** The sequence number of a record. */
export function sequenceOf(record: JsonObject): string {
  return String(objectOf(record.dynamodb).SequenceNumber);
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
