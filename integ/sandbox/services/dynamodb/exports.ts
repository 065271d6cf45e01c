import { randomBytes, randomUUID } from 'node:crypto';
import type { Check, Engine, JsonObject, Principal, ServiceCall } from '../../contracts';
import type { Sessions } from '../../iam/sessions';
import { type AwsJson, jsonEngine, jsonReply } from '../../protocol/aws-json';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import type { SandboxContext } from '../../service-module';
import { callerWith } from '../../streams/service-caller';
import { tableKeyCheck } from './checks';
import { changesBetween, type ExportLine, itemsAt } from './export-contents';
import { writeExport } from './export-files';
import { type ExportRequest, readExportRequest, unsupported } from './export-request';
import { RECOVERY_MS } from './stream-log';
import type { Streams } from './streams';
import type { Tables } from './tables';

/** Exports of tables to a bucket. */
export interface TableExports {
  /** Undefined for an operation that is about neither exports nor point-in-time recovery. */
  call(operation: string, input: JsonObject, caller: Principal): ServiceCall | undefined;
  close(): Promise<void>;
}

/** What exports are made of. */
export interface ExportParts extends Pick<SandboxContext, 'assembly' | 'clock' | 'endpoint'> {
  readonly engine: Engine;
  readonly protocol: AwsJson;
  readonly sessions: Pick<Sessions, 'find'>;
  readonly streams: Pick<Streams, 'ofTable'>;
  readonly tables: Tables;
}

/** An export; times are in milliseconds. */
interface Export {
  readonly id: string;
  readonly arn: string;
  readonly request: ExportRequest;
  readonly token: string;
  /** The request as it was sent, which a repeated token must have again. */
  readonly sent: string;
  readonly started: number;
  status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  ended?: number;
  manifest?: string;
  itemCount?: number;
  failure?: { readonly code: string; readonly message: string };
}

/** An export takes at least this long, by the clock. On AWS it takes minutes. */
const LEAST_DURATION_MS = 5_000;
/** Documented: ExportTableToPointInTime, ClientToken. */
const TOKEN_MS = 8 * 3_600_000;
const PAGE = 25;

/** The exports of this run. Each is written with the permissions of the session that requested it, which are evaluated for each object. */
export function openExports({ assembly, clock, endpoint, engine, protocol, sessions, streams, tables }: ExportParts): TableExports {
  const requested: Export[] = [];
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const { call: engineCall, close: closeEngine } = jsonEngine(engine, 'dynamodb', protocol, assembly);
  const opened = clock.now();

  function start(input: JsonObject, caller: Principal): JsonObject {
    const now = clock.now();
    const { ClientToken, ...sent } = input;
    const known = requested.find(({ token, started }) => token === ClientToken && now - started < TOKEN_MS);
    if (known !== undefined) {
      if (known.sent === JSON.stringify(sent)) return { ExportDescription: describe(known) };
      throw new ServiceError('ExportConflictException', 'The client token was used for a request with other parameters');
    }
    const request = readExportRequest(input, now, assembly, (arn) => tables.find(arn));
    checkHistory(request);
    const credentials = sessions.find(caller.accessKeyId)?.credentials;
    if (credentials === undefined) throw new ServiceError('AccessDeniedException', 'The session of the caller has ended');
    const id = `${String(now).padStart(14, '0')}-${randomBytes(4).toString('hex')}`;
    const one: Export = {
      ...{ id, arn: `${request.table.arn}/export/${id}`, request, token: String(ClientToken ?? randomUUID()), sent: JSON.stringify(sent) },
      ...{ started: now, status: 'IN_PROGRESS' as const },
    };
    requested.unshift(one);
    const work: Promise<void> = run(
      one,
      callerWith(endpoint, assembly.region, () => credentials),
    ).finally(() => running.delete(work));
    running.add(work);
    return { ExportDescription: describe(one) };
  }

  /** The changes that the request needs are known. */
  function checkHistory({ table, range }: ExportRequest): void {
    const log = streams.ofTable(table.arn);
    const needed = range.type === 'INCREMENTAL_EXPORT' ? range.from : range.at;
    if (range.type === 'INCREMENTAL_EXPORT' && log?.viewType !== 'NEW_AND_OLD_IMAGES') {
      unsupported('incremental exports of a table without a stream of NEW_AND_OLD_IMAGES');
    }
    if (needed < opened - HISTORY_TOLERANCE_MS) {
      throw new ServiceError('InvalidExportTimeException', 'The specified time is outside of the point in time recovery window');
    }
  }

  async function run(one: Export, caller: ReturnType<typeof callerWith>): Promise<void> {
    const { id, arn, request, started } = one;
    try {
      const lines = await linesOf(request);
      await clock.sleep(LEAST_DURATION_MS, stop.signal);
      const ended = clock.now();
      one.manifest = await writeExport(caller, request, { id, arn, tableId: idOf(request.table.arn), started, ended }, lines);
      Object.assign(one, { status: 'COMPLETED', ended, itemCount: lines.length });
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : 'UNKNOWN';
      Object.assign(one, { status: 'FAILED', ended: clock.now(), failure: { code: `S3${code}`, message: (error as Error).message } });
    }
  }

  async function linesOf({ table, range }: ExportRequest): Promise<ExportLine[]> {
    const log = streams.ofTable(table.arn);
    const items = range.type === 'FULL_EXPORT' ? await scan(table.name) : [];
    await log?.read();
    const changes = log?.history ?? [];
    if (range.type === 'INCREMENTAL_EXPORT') return changesBetween(table.keys, changes, range);
    return itemsAt(table.keys, items, range.isNow ? [] : changes, range.at);
  }

  async function scan(TableName: string): Promise<JsonObject[]> {
    const items: JsonObject[] = [];
    let next: JsonObject | undefined;
    do {
      const page = await engineCall('Scan', {
        TableName,
        ConsistentRead: true,
        ...(next === undefined ? {} : { ExclusiveStartKey: next }),
      });
      items.push(...objects(page.Items));
      next = page.LastEvaluatedKey as JsonObject | undefined;
    } while (next !== undefined);
    return items;
  }

  function find(arn: string): Export {
    const found = requested.find((one) => one.arn === arn);
    if (found !== undefined) return found;
    throw new ServiceError('ExportNotFoundException', `Export not found: ${arn}`);
  }

  function list({ TableArn, MaxResults = PAGE, NextToken }: JsonObject): JsonObject {
    const all = requested.filter(({ request }) => TableArn === undefined || request.table.arn === TableArn);
    const from = Number(NextToken ?? 0);
    const page = all.slice(from, from + Number(MaxResults));
    const next = from + page.length;
    return {
      ExportSummaries: page.map(({ arn, status, request }) => ({ ExportArn: arn, ExportStatus: status, ExportType: request.range.type })),
      ...(next < all.length ? { NextToken: String(next) } : {}),
    };
  }

  /** On AWS, the latest time is about five minutes ago. */
  function continuousBackups({ TableName }: JsonObject): JsonObject {
    const table = tables.find(String(TableName));
    if (table === undefined) throw new ServiceError('TableNotFoundException', `Table not found: ${String(TableName)}`);
    const now = clock.now();
    const description: JsonObject =
      table.recoverable === true
        ? {
            PointInTimeRecoveryStatus: 'ENABLED',
            EarliestRestorableDateTime: Math.max(opened, now - RECOVERY_MS) / 1000,
            LatestRestorableDateTime: now / 1000,
          }
        : { PointInTimeRecoveryStatus: 'DISABLED' };
    return { ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: description } };
  }

  function execute(operation: string, input: JsonObject, caller: Principal): JsonObject {
    if (operation === 'ExportTableToPointInTime') return start(input, caller);
    if (operation === 'DescribeContinuousBackups') return continuousBackups(input);
    return operation === 'ListExports' ? list(input) : { ExportDescription: describe(find(String(input.ExportArn))) };
  }

  function checksOf(operation: string, input: JsonObject): Check[] {
    const check = { action: `dynamodb:${operation}`, context: {} };
    if (operation === 'ListExports') return [{ ...check, resource: '*' }];
    if (operation === 'DescribeExport') return [{ ...check, resource: String(input.ExportArn) }];
    if (operation === 'DescribeContinuousBackups') return [{ ...check, resource: tables.arn(String(input.TableName)) }];
    const table = tables.find(String(input.TableArn));
    const own = { ...check, resource: tables.arn(String(input.TableArn)) };
    return table?.key === undefined ? [own] : [own, tableKeyCheck(table, table.key, assembly)];
  }

  return {
    call(operation, input, caller) {
      if (!OPERATIONS.includes(operation)) return undefined;
      return {
        operation,
        checks: () => checksOf(operation, input),
        execute: () => jsonReply(protocol, execute(operation, input, caller)),
      };
    },
    async close() {
      stop.abort(new Error('The sandbox is closing'));
      await Promise.all(running);
      closeEngine();
    },
  };
}

const OPERATIONS = ['ExportTableToPointInTime', 'DescribeExport', 'ListExports', 'DescribeContinuousBackups'];
/** A time in whole seconds may be before the start of the run. */
const HISTORY_TOLERANCE_MS = 1_000;

function describe({ arn, request, token, started, status, ended, manifest, itemCount, failure }: Export): JsonObject {
  const { table, range, bucket, prefix, encryption } = request;
  return {
    ...{ ExportArn: arn, ExportStatus: status, ExportType: range.type, ExportFormat: 'DYNAMODB_JSON', ClientToken: token },
    ...{ TableArn: table.arn, TableId: idOf(table.arn), StartTime: started / 1000, S3Bucket: bucket },
    ...(prefix === undefined ? {} : { S3Prefix: prefix }),
    ...(encryption === undefined ? {} : { S3SseAlgorithm: encryption.algorithm }),
    ...(encryption?.key === undefined ? {} : { S3SseKmsKeyId: encryption.key }),
    ...(range.type === 'FULL_EXPORT'
      ? { ExportTime: range.at / 1000 }
      : {
          IncrementalExportSpecification: {
            ExportFromTime: range.from / 1000,
            ExportToTime: range.to / 1000,
            ExportViewType: range.view,
          },
        }),
    ...(ended === undefined ? {} : { EndTime: ended / 1000 }),
    ...(manifest === undefined ? {} : { ExportManifest: manifest, BilledSizeBytes: 0, ItemCount: itemCount ?? 0 }),
    ...(failure === undefined ? {} : { FailureCode: failure.code, FailureMessage: failure.message }),
  };
}

/** An id of the table that is the same in each export of a run. */
function idOf(tableArn: string): string {
  const digits = Buffer.from(tableArn).toString('hex').slice(-32).padStart(32, '0');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}
