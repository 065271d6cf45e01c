import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, QueryInput } from '../../contracts';
import { type LakeEngine, LakeError } from '../../engines';
import { asObject, objectOf, objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { uriEncodePath } from '../../protocol/uri';
import type { ServiceCaller } from '../../streams/service-caller';
import { AthenaError } from './athena-error';
import { keysBelow, place, putOutput } from './objects';
import { type Conditions, partitionsOf } from './projection';
import type { QueryRequest, QueryResult } from './query';
import { isUnload, type Unload, unloadFiles, unloadOf } from './unload';

interface Scan {
  readonly table: string;
  readonly columns: readonly string[];
  readonly conditions: Conditions;
}

interface File {
  readonly path: string;
  readonly partition: Readonly<Record<string, string>>;
}

/** A query whose limit of bytes was exceeded. */
export class ScanLimitExceeded extends Error {}

/**
 * Runs a query with the permissions of its caller: the tables of the catalog, the files of their partitions, and the result.
 *
 * @throws AthenaError, or ScanLimitExceeded
 */
export async function runQuery(
  lake: LakeEngine,
  caller: ServiceCaller,
  request: QueryRequest,
  now: number,
): Promise<{ readonly result: QueryResult; readonly input: QueryInput }> {
  try {
    const unload: Unload | undefined = isUnload(request.sql) ? await unloadOf(lake, caller, request.sql) : undefined;
    const asked = unload?.sql ?? request.sql;
    const tables = await tablesOf(lake, caller, asked, request.database.toLowerCase());
    const catalog = Object.fromEntries([...tables].map(([name, table]) => [name, schemaOf(table)]));
    const { sql, scans } = await lake.call<{ sql: string; scans: Scan[] }>('plan', {
      sql: asked,
      database: request.database,
      tables: catalog,
      parameters: [...request.parameters],
      now,
    });
    const read = await Promise.all(
      scans.map(async (scan) => {
        const partitions = partitionsOf(tables.get(scan.table) ?? {}, scan.conditions, now);
        return { scan, partitions: partitions.length, files: await filesOf(lake, caller, partitions) };
      }),
    );
    const bytes = await lake.call<number>('bytes', {
      scans: read.map(({ scan, files }) => ({
        columns: [...scan.columns],
        format: catalog[scan.table].format,
        files: files.map(({ path }) => path),
      })),
    });
    if (request.cutoffBytes !== undefined && bytes > request.cutoffBytes) {
      throw new ScanLimitExceeded(
        `Bytes scanned limit was exceeded. The query would scan ${bytes} bytes, and the limit is ${request.cutoffBytes}`,
      );
    }
    const opened = Object.fromEntries(
      Object.entries(catalog)
        .filter(([, { view }]) => view === undefined)
        .map(([name, schema]) => [name, { ...schema, files: filesOfTable(name, read) }]),
    );
    const input = { sql, tables: opened } as unknown as JsonObject;
    const result =
      unload === undefined ? await lake.call<QueryResult>('query', input) : await unloadFiles(lake, caller, { request, unload, input });
    if (unload === undefined) await write(caller, request, result);
    const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
    return {
      result,
      input: { bytes, files: sum(read.map(({ files }) => files.length)), partitions: sum(read.map(({ partitions }) => partitions)) },
    };
  } catch (error) {
    throw error instanceof LakeError ? new AthenaError(error.code, error.message) : error;
  }
}

/** The files that the scans of a table read. */
function filesOfTable(name: string, read: readonly { readonly scan: Scan; readonly files: readonly File[] }[]): JsonObject[] {
  const own = read.filter(({ scan }) => scan.table === name).flatMap(({ files }) => files);
  // Two scans download the same object twice.
  const files = new Map(
    own.map((file) => [file.path.slice(file.path.indexOf('@')), { path: file.path, partition: { ...file.partition } }]),
  );
  return [...files.values()];
}

/** The tables and views of a query from the catalog, and those of the views. */
async function tablesOf(lake: LakeEngine, caller: ServiceCaller, sql: string, database: string): Promise<Map<string, JsonObject>> {
  const found = new Map<string, JsonObject>();
  const waiting = await lake.call<string[]>('tables', { sql, database });
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const [own, ...rest] = name.split('.');
    const table = await getTable(caller, own, rest.join('.'));
    found.set(name, table);
    const view = viewOf(table);
    if (view !== undefined) waiting.push(...(await lake.call<string[]>('tables', { sql: view, database: own })));
  }
  return found;
}

async function getTable(caller: ServiceCaller, database: string, name: string): Promise<JsonObject> {
  try {
    const { Table } = await caller.json('glue', 'AWSGlue', 'GetTable', { DatabaseName: database, Name: name });
    return objectOf(Table);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'EntityNotFoundException')
      throw new AthenaError('TABLE_NOT_FOUND', `Table 'awsdatacatalog.${database}.${name}' does not exist`);
    throw new AthenaError('PERMISSION_DENIED', `Insufficient permissions to execute the query. ${error.message}`);
  }
}

/** The query of a view: JSON in base64 in a comment. Documented: "Working with views", and the code of Trino's Hive connector. */
function viewOf({ TableType, ViewOriginalText }: JsonObject): string | undefined {
  if (TableType !== 'VIRTUAL_VIEW') return undefined;
  const encoded = /^\/\* Presto View: ([\w+/=]+) \*\/$/.exec(String(ViewOriginalText))?.[1];
  const { originalSql } = asObject(Buffer.from(encoded ?? '', 'base64').toString()) ?? {};
  if (typeof originalSql !== 'string')
    throw new AthenaError('INVALID_VIEW', 'ViewOriginalText is not a view of Athena: /* Presto View: … */ with JSON in base64');
  return originalSql;
}

/** `undefined` members are left out of the request. */
function schemaOf(table: JsonObject) {
  const named = (columns: unknown): [string, string][] => objects(columns as never).map(({ Name, Type }) => [String(Name), String(Type)]);
  const view = viewOf(table);
  return {
    ...{ columns: named(objectOf(table.StorageDescriptor).Columns), partitions: named(table.PartitionKeys) },
    format: formatOf(String(objectOf(table.StorageDescriptor).InputFormat)),
    ...(view === undefined ? {} : { view }),
  };
}

function formatOf(inputFormat: string): string {
  if (inputFormat.includes('Parquet')) return 'parquet';
  return inputFormat.includes('CloudTrail') ? 'cloudtrail' : 'json';
}

/** Lists and downloads the objects below each location. */
async function filesOf(lake: LakeEngine, caller: ServiceCaller, partitions: ReturnType<typeof partitionsOf>): Promise<File[]> {
  const files: File[] = [];
  for (const { location, values } of partitions) {
    const { bucket, key: prefix } = place(location);
    for (const key of await keysBelow(caller, bucket, prefix, location)) {
      const { body } = await caller.send('s3', { method: 'GET', url: `/${bucket}/${uriEncodePath(key)}` }).catch((error: Error) => {
        throw new AthenaError('PERMISSION_DENIED', `Permission denied on S3 path: s3://${bucket}/${key}. ${error.message}`);
      });
      const path = join(lake.folder(), `${randomUUID()}@${Buffer.from(`${bucket}/${key}`).toString('hex').slice(-180)}`);
      await writeFile(path, body);
      files.push({ path, partition: values });
    }
  }
  return files;
}

/** Writes the result as Athena does: all values in quotes, and nothing for null. */
async function write(caller: ServiceCaller, request: QueryRequest, { columns, rows }: QueryResult): Promise<void> {
  const line = (values: readonly (string | null)[]) =>
    values.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',');
  const body = [line(columns.map(({ name }) => name)), ...rows.map(line)].map((text) => `${text}\n`).join('');
  await putOutput(caller, { location: resultLocation(request.outputLocation, request.id), body, encryption: request.encryption });
}

export function resultLocation(outputLocation: string, id: string): string {
  return `${outputLocation.replace(/\/?$/, '/')}${id}.csv`;
}
