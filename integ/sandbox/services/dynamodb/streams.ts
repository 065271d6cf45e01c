import { setTimeout as pause } from 'node:timers/promises';
import { readEach } from '../../assembly/properties';
import type { Assembly, Check, Clock, Engine, JsonObject, ServiceCall } from '../../contracts';
import { jsonReply } from '../../protocol/aws-json';
import { asObject } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { tableKeyCheck } from './checks';
import { type LoggedRecord, STREAMS, type StreamLog, streamLog } from './stream-log';
import { readTable, TABLES } from './table';
import { readTables } from './tables';

/** Documented: "A shard iterator expires 15 minutes after it is retrieved". */
const ITERATOR_MS = 15 * 60_000;
const LIMIT = 1000;
const EXPORT = 'dynamodb:ExportTableToPointInTime';
/** In real time: after this time the engine's stream shows a change. */
const VISIBLE_MS = 50;

/** The API of DynamoDB Streams. */
export interface Streams {
  call(operation: string, input: JsonObject): ServiceCall;
  /** The stream of a table, if it has one. */
  ofTable(tableArn: string): StreamLog | undefined;
  /** Takes new records from the engine, so that they get the current time. */
  changed(): void;
  close(): Promise<void>;
}

/** Where an iterator is: after a record, or before the first one that is still in the stream. */
interface Position {
  readonly arn: string;
  readonly after?: string;
  readonly issued: number;
}

/**
 * Streams of the assembly's tables, one shard each. The engine keeps the records of its own time, so the sandbox reads them as they are
 * made, once somebody reads the stream, and keeps them for 24 hours of its own clock.
 */
export function openStreams(assembly: Assembly, engine: Engine, clock: Clock): Streams {
  const exported = exportsTables(assembly);
  const logs = readEach(assembly, TABLES, readTable)
    .filter(({ definition }) => definition.StreamSpecification !== undefined)
    .map((table) =>
      streamLog(assembly, engine, clock, table, assembly.attribute(table.resource, 'StreamArn'), exported && table.recoverable),
    );
  const tables = readTables(assembly);
  /** Streams that somebody reads, and those that an export may need. */
  const watched = new Set<StreamLog>(logs.filter(({ table }) => exported && table.recoverable));
  let taking: Promise<void> | undefined;
  let again = false;

  const find = (arn: string): StreamLog => {
    const log = logs.find((one) => one.arn === arn);
    if (log === undefined) throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
    return log;
  };
  const shardOf = ({ table }: StreamLog) => `shardId-00000000000000000000-${hash(table.name)}`;

  const operations: Readonly<Record<string, (input: JsonObject) => Promise<JsonObject> | JsonObject>> = {
    ListStreams({ TableName }) {
      const found = TableName === undefined ? logs : logs.filter(({ table }) => table.name === TableName);
      return { Streams: found.map(({ arn, table }) => ({ StreamArn: arn, StreamLabel: labelOf(arn), TableName: table.name })) };
    },
    async DescribeStream({ StreamArn }) {
      const log = find(String(StreamArn));
      watched.add(log);
      const [first] = await log.read();
      const starting = first?.sequenceNumber ?? '0';
      const keys = log.table.definition.KeySchema;
      return {
        StreamDescription: {
          ...{ StreamArn: log.arn, StreamLabel: labelOf(log.arn), StreamStatus: 'ENABLED', StreamViewType: log.viewType },
          ...{ TableName: log.table.name, KeySchema: keys ?? [] },
          Shards: [{ ShardId: shardOf(log), SequenceNumberRange: { StartingSequenceNumber: starting } }],
        },
      };
    },
    async GetShardIterator({ StreamArn, ShardId, ShardIteratorType, SequenceNumber }) {
      const log = find(String(StreamArn));
      if (ShardId !== shardOf(log))
        throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Shard does not exist`);
      watched.add(log);
      const records = await log.read();
      return {
        ShardIterator: write({
          arn: log.arn,
          after: startOf(log, records, String(ShardIteratorType), SequenceNumber),
          issued: clock.now(),
        }),
      };
    },
    async GetRecords({ ShardIterator, Limit = LIMIT }) {
      const position = positionIn(String(ShardIterator));
      if (clock.now() - position.issued > ITERATOR_MS) throw new ServiceError('ExpiredIteratorException', 'Iterator expired');
      const log = find(position.arn);
      const records = await log.read();
      checkTrimmed(log, position.after);
      const limit = Number(Limit);
      if (!(limit >= 1 && limit <= LIMIT)) throw new ServiceError('ValidationException', `Limit must be between 1 and ${LIMIT}`);
      const found = firstAfter(records, position.after);
      const page = records.slice(found, found + limit);
      const next = { arn: log.arn, after: page.at(-1)?.sequenceNumber ?? position.after, issued: clock.now() };
      return { Records: page.map(({ record }) => record), NextShardIterator: write(next) };
    },
  };

  function checksOf(operation: string, input: JsonObject): Check[] {
    const action = `dynamodb:${operation}`;
    if (operation === 'ListStreams') return [{ action, resource: '*', context: {} }];
    const arn = operation === 'GetRecords' ? positionIn(String(input.ShardIterator)).arn : String(input.StreamArn);
    const check = { action, resource: arn, context: {} };
    const table = tables.find(logs.find((log) => log.arn === arn)?.table.name ?? '');
    return operation === 'GetRecords' && table?.key !== undefined ? [check, tableKeyCheck(table, table.key, assembly)] : [check];
  }

  async function takeAll(): Promise<void> {
    do {
      again = false;
      await pause(VISIBLE_MS);
      for (const log of watched) await log.read().catch(() => undefined);
    } while (again);
    taking = undefined;
  }

  return {
    call(operation, input) {
      const execute = operations[operation];
      if (execute === undefined) {
        throw new ServiceError('UnknownOperationException', `The sandbox does not support the operation ${operation} of dynamodbstreams`);
      }
      return { operation, checks: () => checksOf(operation, input), execute: async () => jsonReply(STREAMS, await execute(input)) };
    },
    ofTable: (tableArn) => logs.find(({ table }) => table.arn === tableArn),
    changed() {
      again = true;
      if (watched.size > 0) taking ??= takeAll();
    },
    async close() {
      await taking;
      for (const log of logs) log.close();
    },
  };
}

/** Whether a policy of the assembly allows exports by name. Without one, no history of changes is kept, which costs a read per write. */
function exportsTables({ resources }: Assembly): boolean {
  return resources.some(({ type, properties }) => type.startsWith('AWS::IAM::') && JSON.stringify(properties).includes(EXPORT));
}

function startOf(log: StreamLog, records: readonly LoggedRecord[], type: string, sequenceNumber: unknown): string | undefined {
  switch (type) {
    case 'TRIM_HORIZON':
      return log.trimmed;
    case 'LATEST':
      return records.at(-1)?.sequenceNumber ?? log.trimmed;
    case 'AFTER_SEQUENCE_NUMBER':
      checkTrimmed(log, String(sequenceNumber));
      return String(sequenceNumber);
    case 'AT_SEQUENCE_NUMBER': {
      const index = firstAfter(records, String(sequenceNumber));
      const [before] = records.slice(Math.max(0, index - 2), Math.max(0, index - 1));
      return before?.sequenceNumber ?? log.trimmed;
    }
    default:
      throw new ServiceError('ValidationException', `ShardIteratorType ${type} is not valid`);
  }
}

/** Documented: a reader behind the oldest record gets this error. */
function checkTrimmed({ trimmed }: StreamLog, after: string | undefined): void {
  if (trimmed !== undefined && (after === undefined || isBefore(after, trimmed))) {
    throw new ServiceError('TrimmedDataAccessException', 'The operation attempted to read past the oldest stream record in a shard.');
  }
}

function firstAfter(records: readonly LoggedRecord[], after: string | undefined): number {
  if (after === undefined) return 0;
  const found = records.findIndex(({ sequenceNumber }) => isBefore(after, sequenceNumber));
  return found === -1 ? records.length : found;
}

function isBefore(one: string, other: string): boolean {
  return BigInt(one) < BigInt(other);
}

function write(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64');
}

function positionIn(iterator: string): Position {
  const { arn, after, issued } = asObject(Buffer.from(iterator, 'base64').toString()) ?? {};
  if (typeof arn !== 'string') throw new ServiceError('ValidationException', 'Invalid ShardIterator');
  return { arn, ...(typeof after === 'string' ? { after } : {}), issued: Number(issued) };
}

/** `2026-11-29T10:00:00.000` */
function labelOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** Eight hexadecimal digits. */
function hash(name: string): string {
  return [...name]
    .reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2 ** 32, 7)
    .toString(16)
    .padStart(8, '0');
}
