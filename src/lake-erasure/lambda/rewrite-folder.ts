import type { ErasureBucket, Version } from './bucket';

/** Only one folder is written again at a time. */
const WORK = 'rewrites/erasure/';
const FILES = `${WORK}files/`;
const PLAN = `${WORK}plan.json`;

/** What is left to do once the new files are complete. */
interface Plan {
  readonly folder: string;
  /** Files that the new ones replace. */
  readonly replaced: readonly string[];
  readonly files: readonly string[];
}

export interface RewriteDependencies {
  readonly bucket: ErasureBucket;
  /** Writes the rows that are kept as files into an empty folder. */
  unload(folder: string): Promise<void>;
}

/**
 * Writes the files of a folder again, and removes those that it replaces with all their versions.
 *
 * A plan is stored before anything in the folder changes, so that an interrupted run is completed: without it, the next one would read old
 * and new files, and each row would be there twice. A file that arrives meanwhile is not in the plan, and stays.
 *
 * @returns true, once it is done
 */
export async function rewriteFolder(folder: string, { bucket, unload }: RewriteDependencies): Promise<boolean> {
  const unfinished = await readPlan(bucket);
  if (unfinished !== undefined) await complete(unfinished, bucket);
  await removeAll(bucket, await versionsBelow(bucket, WORK));
  const replaced = await currentBelow(bucket, folder);
  await unload(FILES);
  const plan = { folder, replaced, files: await currentBelow(bucket, FILES) };
  await bucket.write(PLAN, { body: Buffer.from(JSON.stringify(plan)), type: 'application/json' });
  await complete(plan, bucket);
  return true;
}

async function readPlan(bucket: ErasureBucket): Promise<Plan | undefined> {
  const content = await bucket.read(PLAN);
  return content === undefined ? undefined : (JSON.parse(content.body.toString()) as Plan);
}

async function complete({ folder, replaced, files }: Plan, bucket: ErasureBucket): Promise<void> {
  // A file that is missing was copied by the run that was interrupted.
  for (const file of files) await bucket.copy(file, `${folder}${file.slice(FILES.length)}.parquet`);
  const old = await versionsBelow(bucket, folder);
  await removeAll(
    bucket,
    old.filter(({ key }) => replaced.includes(key)),
  );
  await removeAll(bucket, await versionsBelow(bucket, FILES));
  await removeAll(bucket, await versionsBelow(bucket, WORK));
}

/** Current objects last, so that no older version becomes the current one. */
async function removeAll(bucket: ErasureBucket, versions: readonly Version[]): Promise<void> {
  await bucket.remove([...versions].sort((one, other) => Number(one.isLatest) - Number(other.isLatest)));
}

async function versionsBelow(bucket: ErasureBucket, prefix: string): Promise<Version[]> {
  const found: Version[] = [];
  for await (const page of bucket.versions(prefix)) found.push(...page);
  return found;
}

async function currentBelow(bucket: ErasureBucket, prefix: string): Promise<string[]> {
  return (await versionsBelow(bucket, prefix)).filter(({ isLatest, isMarker }) => isLatest && !isMarker).map(({ key }) => key);
}
