import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../../contracts';
import { type LakeEngine, LakeError } from '../../engines';
import { randomText } from '../../process/random';
import { objectOf, objects } from '../../protocol/json';
import { uriEncodePath } from '../../protocol/uri';
import type { SandboxContext } from '../../service-module';
import { roleCaller } from '../../streams/service-caller';
import { type Conversion, columnsOf, type TemplateStream } from './delivery-stream';
import type { DeliveryMetrics } from './metrics';

/** A record that was accepted, with its time. */
export interface Arrived {
  readonly data: Buffer;
  readonly at: number;
}

interface Failed {
  readonly record: Arrived;
  readonly type: ErrorType;
  readonly code: string;
  readonly message: string;
}

/** In `!{firehose:error-output-type}`. */
type ErrorType = 'metadata-extraction-failed' | 'format-conversion-failed' | 'activePartitionExceeded';

/** An object, and the records that are in it. */
interface Content {
  readonly content?: Buffer;
  readonly records: readonly Arrived[];
}
const NOTHING: Content = { records: [] };

/** The records of one partition that are delivered together. */
interface Buffered {
  readonly keys: Readonly<Record<string, string>>;
  readonly records: Arrived[];
  bytes: number;
}

/** What converts, buffers and delivers the records of one delivery stream. It has them in memory only. */
export interface DeliveryProcess {
  /** How many deliveries are under way, without those that wait to be tried again. */
  readonly underWay: number;
  accept(records: readonly Arrived[]): void;
  /** Delivers everything that has arrived, without waiting for the interval. */
  flush(): Promise<void>;
  /** Starts nothing more. Resolves when the objects that are being written are written. */
  end(reason: string): Promise<void>;
}

/** Documented: "active partition count", Amazon Data Firehose quota. */
const ACTIVE_PARTITIONS = 500;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const AWS = 'firehose.amazonaws.com';

/** @param done called for records that are in an object, or that are given up after the retry duration */
export function startDelivery(
  context: SandboxContext,
  lake: LakeEngine,
  stream: TemplateStream,
  metrics: DeliveryMetrics,
  done: (records: readonly Arrived[]) => void,
): DeliveryProcess {
  const { assembly, clock, endpoint, report, use } = context;
  const caller = roleCaller(endpoint, assembly.region, {
    roleArn: stream.roleArn,
    service: AWS,
    sessionName: stream.name,
    sourceArn: stream.arn,
  });
  const buffers = new Map<string, Buffered>();
  let errors: Failed[] = [];
  const delivering = new Set<Promise<void>>();
  let underWay = 0;
  const stop = new AbortController();
  // One for each buffer.
  setMaxListeners(0, stop.signal);
  let routing: Promise<void> = Promise.resolve();
  const reported = new Set<string>();

  function problem(error: Error, code = 'S3.Failure'): void {
    const line = `${stream.resource.id}: ${error.message}`;
    if (stop.signal.aborted) return;
    if (!reported.has(line)) report(line);
    reported.add(line);
    if (stream.logs === undefined) return;
    const message = {
      deliveryStreamARN: stream.arn,
      destination: `arn:aws:s3:::${stream.bucket}`,
      deliveryStreamVersionId: 1,
      message: error.message,
      errorCode: code,
    };
    use('logs').write({ at: clock.now(), group: stream.logs.group, stream: stream.logs.stream, message: JSON.stringify(message) });
  }

  function track(work: Promise<void>): void {
    const tracked: Promise<void> = counted(work)
      .catch(problem)
      .finally(() => delivering.delete(tracked));
    delivering.add(tracked);
  }

  async function counted(work: Promise<void>): Promise<void> {
    underWay += 1;
    await work.finally(() => {
      underWay -= 1;
    });
  }

  /** Waits before something is tried again. */
  async function waitToRetry(milliseconds: number): Promise<void> {
    underWay -= 1;
    await clock.sleep(milliseconds, stop.signal).finally(() => {
      underWay += 1;
    });
  }

  async function route(records: readonly Arrived[]): Promise<void> {
    if (stop.signal.aborted) return;
    const { query } = stream;
    if (query === undefined) {
      for (const record of records) buffer(record, {});
      return;
    }
    const texts = records.map(({ data }) => data.toString('utf8'));
    const results = await lake.call<JsonObject[]>('jq', { program: query, records: texts });
    for (const [index, { value, error }] of results.entries()) {
      const record = records[index];
      const keys = error === undefined ? keysIn(objectOf(value)) : undefined;
      if (keys !== undefined) buffer(record, keys);
      else fail({ record, ...extraction(texts[index], error) });
    }
  }

  /** The values of the partition keys; undefined if one is missing. */
  function keysIn(value: JsonObject): Record<string, string> | undefined {
    const entries = stream.prefix.keys.map((name) => [name, value[name]] as const);
    if (entries.some(([, one]) => one === undefined || one === null || one === '' || typeof one === 'object')) return undefined;
    return Object.fromEntries(entries.map(([name, one]) => [name, String(one)]));
  }

  function buffer(record: Arrived, keys: Record<string, string>): void {
    const id = JSON.stringify(keys);
    const known = buffers.get(id);
    if (known === undefined && stream.query !== undefined && buffers.size >= ACTIVE_PARTITIONS) {
      metrics.partitions(buffers.size, true);
      const message = `The number of active partitions exceeds the limit of ${ACTIVE_PARTITIONS}`;
      fail({ record, type: 'activePartitionExceeded', code: 'DynamicPartitioning.ActivePartitionsLimitExceeded', message });
      return;
    }
    const buffered = known ?? { keys, records: [], bytes: 0 };
    buffered.records.push(record);
    buffered.bytes += record.data.length;
    if (known === undefined) {
      buffers.set(id, buffered);
      if (stream.query !== undefined) metrics.partitions(buffers.size, false);
      after(() => (buffers.get(id) === buffered ? deliver(id, buffered) : undefined));
    }
    if (buffered.bytes >= stream.sizeBytes) track(deliver(id, buffered));
  }

  function fail(failed: Failed): void {
    errors.push(failed);
    if (errors.length === 1) after(deliverErrors);
  }

  /** Calls something at the end of the buffering interval. */
  function after(call: () => Promise<void> | undefined): void {
    clock.sleep(stream.intervalSeconds * 1000, stop.signal).then(
      () => track(Promise.resolve(call())),
      () => undefined,
    );
  }

  async function deliver(id: string, buffered: Buffered): Promise<void> {
    buffers.delete(id);
    const { conversion } = stream;
    const { content, records } =
      conversion === undefined
        ? { content: joined(buffered.records), records: buffered.records }
        : await converted(conversion, buffered.records);
    if (content === undefined) return;
    const prefix = stream.prefix.evaluate({ at: buffered.records[0].at, random: randomText(8, 'base64url'), keys: buffered.keys });
    await put(`${prefix}${objectName()}${stream.extension}`, content, records, (written) =>
      metrics.delivered(buffered.records, content.length, written),
    );
  }

  function joined(records: readonly Arrived[]): Buffer {
    const whole = Buffer.concat(records.flatMap(({ data }) => [data, Buffer.from(stream.delimiter)]));
    return stream.compression === 'GZIP' ? gzipSync(whole) : whole;
  }

  /** A Parquet file of the records that match the schema; without content if there are none. */
  async function converted(conversion: Conversion, records: readonly Arrived[]): Promise<Content> {
    const path = join(lake.folder(), `${randomUUID()}.parquet`);
    try {
      const columns = await schemaOf(conversion);
      const { written, failed } = await lake.call<{ written: number; failed: { index: number; code: string; message: string }[] }>(
        'parquet',
        {
          ...{ columns, path, compression: conversion.compression, records: records.map(({ data }) => data.toString('utf8')) },
          ...{ caseInsensitive: conversion.caseInsensitive, mappings: { ...conversion.mappings }, dots: conversion.dots },
        },
      );
      metrics.converted(records.length, failed.length);
      for (const { index, code, message } of failed)
        errors.push({ record: records[index], type: 'format-conversion-failed', code, message });
      if (failed.length > 0) await deliverErrors();
      const wrong = new Set(failed.map(({ index }) => index));
      return written === 0 ? NOTHING : { content: await readFile(path), records: records.filter((_, index) => !wrong.has(index)) };
    } catch (error) {
      const [code, message] =
        error instanceof LakeError
          ? [`DataFormatConversion.${error.code}`, error.message]
          : ['DataFormatConversion.InvalidSchema', (error as Error).message];
      metrics.converted(records.length, records.length);
      problem(new Error(message), code);
      errors.push(...records.map((record) => ({ record, type: 'format-conversion-failed' as const, code, message })));
      await deliverErrors();
      return NOTHING;
    } finally {
      await rm(path, { force: true });
    }
  }

  /** The columns of the table, read with the permissions of the role of the schema. */
  async function schemaOf({ roleArn, database, table }: Conversion): Promise<[string, string][]> {
    const reader = roleCaller(endpoint, assembly.region, { roleArn, service: AWS, sessionName: stream.name, sourceArn: stream.arn });
    const { TableVersions } = await reader.json('glue', 'AWSGlue', 'GetTableVersions', { DatabaseName: database, TableName: table });
    const columns = columnsOf(objectOf(objects(TableVersions)[0]?.Table));
    if (columns.length === 0) throw new Error('The schema is invalid. The specified table has no columns.');
    return columns;
  }

  async function deliverErrors(): Promise<void> {
    const failed = errors;
    errors = [];
    for (const type of new Set(failed.map((one) => one.type))) {
      const own = failed.filter((one) => one.type === type);
      const prefix = stream.errorPrefix.evaluate({ at: own[0].record.at, random: randomText(8, 'base64url'), errorType: type });
      await put(
        `${prefix}${objectName()}`,
        Buffer.from(own.map((one) => `${JSON.stringify(errorRecord(one))}\n`).join('')),
        own.map(({ record }) => record),
      );
    }
  }

  /** Documented: "Handling errors for data format conversion", and for the others "Handle failure in data transformation". */
  function errorRecord({ type, code, message, record: { at, data } }: Failed): JsonObject {
    const common = { attemptsMade: 1, arrivalTimestamp: at, attemptEndingTimestamp: clock.now(), rawData: data.toString('base64') };
    if (type !== 'format-conversion-failed' || stream.conversion === undefined)
      return { ...common, errorCode: code, errorMessage: message };
    const { database, table, roleArn } = stream.conversion;
    const dataCatalogTable = {
      catalogId: assembly.account,
      databaseName: database,
      tableName: table,
      region: assembly.region,
      versionId: 'LATEST',
      roleArn,
    };
    return {
      ...common,
      lastErrorCode: code,
      lastErrorMessage: message,
      sequenceNumber: String(at),
      subSequenceNumber: null,
      dataCatalogTable,
    };
  }

  /** Documented: "Amazon S3 object name format". */
  function objectName(): string {
    const time = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
    return `${stream.name}-1-${time}-${randomUUID()}`;
  }

  /** Puts an object with records, and tries again for the retry duration of the stream. A process that ended does not record what it did. */
  async function put(
    key: string,
    body: Buffer,
    records: readonly Arrived[],
    attempted: (written: boolean) => void = () => undefined,
  ): Promise<void> {
    const finish = () => {
      if (!stop.signal.aborted) done(records);
    };
    stop.signal.throwIfAborted();
    const until = clock.now() + stream.retrySeconds * 1000;
    const encryption: Record<string, string> =
      stream.key === undefined
        ? {}
        : { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': stream.key };
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      try {
        const headers = { 'content-type': 'application/octet-stream', ...encryption };
        await caller.send('s3', { method: 'PUT', url: `/${stream.bucket}/${uriEncodePath(key)}`, headers, body });
        attempted(true);
        return finish();
      } catch (error) {
        attempted(false);
        problem(error as Error);
        if (clock.now() > until) {
          finish();
          throw new Error(`An object was not delivered within ${stream.retrySeconds} seconds: ${(error as Error).message}`);
        }
        await waitToRetry(wait);
      }
    }
  }

  return {
    get underWay() {
      return underWay;
    },
    accept(records) {
      routing = counted(routing.then(() => route(records))).catch(problem);
    },
    async flush() {
      await routing;
      for (const [id, buffered] of buffers) track(deliver(id, buffered));
      await Promise.all(delivering);
      if (errors.length > 0) await counted(deliverErrors());
    },
    async end(reason) {
      stop.abort(new Error(reason));
      await routing;
      await Promise.all(delivering);
    },
  };
}

function extraction(text: string, error: unknown): Pick<Failed, 'type' | 'code' | 'message'> {
  return {
    type: 'metadata-extraction-failed',
    code: 'DynamicPartitioning.MetadataExtractionFailed',
    message:
      error === undefined ? 'partitionKeys values must not be null or empty' : isJson(text) ? String(error) : 'Non JSON record provided',
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
