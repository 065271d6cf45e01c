import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { JsonObject } from '../../contracts';
import type { LakeEngine } from '../../engines';
import type { ServiceCaller } from '../../streams/service-caller';
import { AthenaError } from './athena-error';
import { keysBelow, place, putOutput } from './objects';
import type { QueryRequest, QueryResult } from './query';

/** An UNLOAD statement: its query, and where and how its rows are written. */
export interface Unload {
  readonly sql: string;
  /** `s3://bucket/prefix/` */
  readonly location: string;
  readonly compression: string;
}

export function isUnload(sql: string): boolean {
  return /^\s*UNLOAD\b/i.test(sql);
}

/**
 * Reads an UNLOAD statement, and checks that its destination is empty. Documented: "UNLOAD" (Amazon Athena User Guide).
 *
 * @throws LakeError for what the sandbox does not support, AthenaError for a destination with objects
 */
export async function unloadOf(lake: LakeEngine, caller: ServiceCaller, sql: string): Promise<Unload> {
  const { location, ...rest } = await lake.call<Unload>('unload_of', { sql });
  const folder = location.replace(/\/?$/, '/');
  const { bucket, key } = place(folder);
  if ((await keysBelow(caller, bucket, key, folder)).length > 0) {
    throw new AthenaError(
      'HIVE_PATH_ALREADY_EXISTS',
      `Unable to write to ${folder}: the destination of UNLOAD must be empty. Delete its objects, or name another one.`,
    );
  }
  return { ...rest, location: folder };
}

/** The name of the object that lists the files of an UNLOAD. Documented: "Identify query output files". */
export function manifestLocation(outputLocation: string, id: string): string {
  return `${outputLocation.replace(/\/?$/, '/')}${id}-manifest.csv`;
}

interface Rows {
  readonly request: QueryRequest;
  readonly unload: Unload;
  readonly input: JsonObject;
}

/** Writes the rows of a query as files, and the list of them as the result. An UNLOAD returns no rows. */
export async function unloadFiles(lake: LakeEngine, caller: ServiceCaller, { request, unload, input }: Rows): Promise<QueryResult> {
  const { compression, location } = unload;
  const paths = await lake.call<string[]>('unload', { ...input, compression, folder: lake.folder() });
  const { encryption, outputLocation, id } = request;
  const written: string[] = [];
  for (const path of paths) {
    const target = `${location}${id}_${randomUUID()}`;
    await putOutput(caller, { location: target, body: await readFile(path), encryption });
    await rm(path);
    written.push(target);
  }
  const body = written.map((one) => `${one}\n`).join('');
  await putOutput(caller, { location: manifestLocation(outputLocation, id), body, encryption });
  return { columns: [], rows: [] };
}
