import type { Assembly, Clock, Engine, Json, JsonObject } from '../../contracts';
import { jsonEngine } from '../../protocol/aws-json';
import { objectOf, objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { type Key, sameKey } from './attribute-values';
import type { TemplateTable } from './table';

/** A record with its creation time by the sandbox's clock. The engine's own times are of this machine, cut to the minute. */
export interface LoggedRecord {
  readonly sequenceNumber: string;
  readonly at: number;
  readonly record: JsonObject;
}

/** The stream of one table: the records of the last 24 hours, by the sandbox's clock. */
export interface StreamLog {
  readonly table: TemplateTable;
  readonly arn: string;
  readonly viewType: string;
  /** The sequence number of the last record that has left the stream. */
  readonly trimmed: string | undefined;
  /** Takes new records from the engine, and returns all of them, oldest first. */
  read(): Promise<readonly LoggedRecord[]>;
  /** The changes of the recovery period, oldest first, which exports are made of. Empty if no export can be requested. */
  readonly history: readonly LoggedRecord[];
  /** Marks the removal of an item as one of the service, before it is removed. */
  expiring(key: Key): void;
  /** The item was not removed. */
  kept(key: Key): void;
}

export const STREAMS = { target: 'DynamoDBStreams_20120810', version: '1.0' } as const;

/** Documented: "Data in DynamoDB Streams is subject to a 24-hour lifetime". */
const RETENTION_MS = 24 * 3_600_000;
/** Documented: "Point-in-time backups for DynamoDB", the longest recovery period. */
export const RECOVERY_MS = 35 * 24 * 3_600_000;
/** The maximum of GetRecords. */
const READ_LIMIT = 1000;
/** Documented: "Time to Live: Amazon DynamoDB Streams and Time to Live". */
const BY_THE_SERVICE = { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' };

/**
 * @param arn of the stream, which the assembly knows once the table is created
 * @param keepsHistory whether exports need the changes that have left the stream
 */
export function streamLog(
  assembly: Assembly,
  engine: Engine,
  clock: Clock,
  table: TemplateTable,
  arn: string,
  keepsHistory: boolean,
): StreamLog & { close(): void } {
  const { call, close } = jsonEngine(engine, 'dynamodb', STREAMS, assembly);
  let engineArn: string | undefined;
  const finished = new Set<string>();
  let shard: string | undefined;
  /** The last sequence number that was taken from this shard. */
  let last: bigint | undefined;
  let iterator: string | undefined;
  let records: LoggedRecord[] = [];
  let history: LoggedRecord[] = [];
  let trimmed: string | undefined;
  let expiring: Key[] = [];
  let reading: Promise<unknown> = Promise.resolve();

  /** The engine closes a shard after some hours and continues in the next one. */
  async function nextShard(): Promise<string | undefined> {
    if (engineArn === undefined) {
      const { Streams } = await call('ListStreams', { TableName: table.name });
      engineArn = String(objects(Streams)[0]?.StreamArn);
    }
    const { StreamDescription } = await call('DescribeStream', { StreamArn: engineArn });
    return objects(objectOf(StreamDescription).Shards)
      .map(({ ShardId }) => String(ShardId))
      .find((id) => !finished.has(id));
  }

  async function take(): Promise<void> {
    for (;;) {
      if (iterator === undefined) {
        const next = await nextShard();
        if (next === undefined) return;
        if (next !== shard) last = undefined;
        shard = next;
        const opened = await call('GetShardIterator', { StreamArn: engineArn ?? '', ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' });
        iterator = String(opened.ShardIterator);
      }
      const { Records, NextShardIterator } = await call('GetRecords', { ShardIterator: iterator, Limit: READ_LIMIT });
      const read = objects(Records);
      // A shard is read from its beginning again after the engine has failed.
      const taken = read.filter((record) => last === undefined || sequenceOf(record) > last).map(logged);
      last = taken.length === 0 ? last : BigInt(taken[taken.length - 1].sequenceNumber);
      records.push(...taken);
      if (keepsHistory) history.push(...taken);
      iterator = NextShardIterator === undefined ? undefined : String(NextShardIterator);
      if (iterator === undefined) finished.add(shard ?? '');
      else if (read.length === 0) return;
    }
  }

  const sequenceOf = (record: JsonObject) => BigInt(String(objectOf(record.dynamodb).SequenceNumber));

  function logged(record: JsonObject): LoggedRecord {
    const dynamodb = objectOf(record.dynamodb);
    const at = clock.now();
    const own: Record<string, Json> = { ...dynamodb, ApproximateCreationDateTime: Math.floor(at / 1000) };
    const service: JsonObject = isExpiry(record) ? { userIdentity: BY_THE_SERVICE } : {};
    return {
      sequenceNumber: String(dynamodb.SequenceNumber),
      at,
      record: { ...record, awsRegion: assembly.region, dynamodb: own, ...service },
    };
  }

  function isExpiry({ eventName, dynamodb }: JsonObject): boolean {
    const key = objectOf(objectOf(dynamodb).Keys);
    const marked = eventName === 'REMOVE' ? expiring.find((one) => sameKey(one, key)) : undefined;
    expiring = expiring.filter((one) => one !== marked);
    return marked !== undefined;
  }

  function trim(): void {
    const from = records.findIndex(({ at }) => clock.now() - at <= RETENTION_MS);
    const gone = from === -1 ? records : records.slice(0, from);
    trimmed = gone.at(-1)?.sequenceNumber ?? trimmed;
    records = from === -1 ? [] : records.slice(from);
    if (history.length > 0 && clock.now() - history[0].at > RECOVERY_MS) {
      history = history.filter(({ at }) => clock.now() - at <= RECOVERY_MS);
    }
  }

  return {
    ...{ table, arn, close },
    viewType: String(objectOf(table.definition.StreamSpecification).StreamViewType),
    get trimmed() {
      return trimmed;
    },
    get history() {
      return history;
    },
    async read() {
      // One after the other, because the engine's iterator moves on.
      const turn = reading.then(take).catch((error: Error) => {
        iterator = undefined;
        throw new ServiceError('InternalServerError', `The engine's stream can't be read: ${error.message}`, 500);
      });
      reading = turn.catch(() => undefined);
      await turn;
      trim();
      return records;
    },
    expiring: (key) => void expiring.push(key),
    kept(key) {
      const marked = expiring.find((one) => sameKey(one, key));
      expiring = expiring.filter((one) => one !== marked);
    },
  };
}
