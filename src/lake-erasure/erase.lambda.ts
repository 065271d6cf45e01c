import { AthenaClient } from '@aws-sdk/client-athena';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { awsDependencies } from '../lake-rewrite/lambda/aws-dependencies';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { lakeBucket } from './lambda/bucket';
import { type ErasureResult, erase } from './lambda/erase-all';
import { bucketLock } from './lambda/lock';
import { openLine, outcomeLine } from './lambda/log-lines';
import { records } from './lambda/record';
import { storedRows } from './lambda/rows';
import { sourceTable } from './lambda/source-table';
import { ERASURE_VARIABLES, type ErasureSettings } from './settings';

/** No step is started with less time left. */
const SAFETY_MARGIN_MS = 120_000;

const settings = readSettings<ErasureSettings>(ERASURE_VARIABLES);
const { KEYS: keys } = settings;
const arrivalTime = Number(settings.ARRIVAL_SECONDS) * 1_000;
const bucket = lakeBucket(new S3Client(), settings.BUCKET, `${settings.REWRITES_FOLDER}replacement`);
const athena = new AthenaClient();
const rewriting = awsDependencies(settings);
const table = sourceTable(new DynamoDBClient(), settings.SOURCE_TABLE, keys);

/** Makes passes of the erasures that are due, and of the one that is named. */
export async function handler(
  { erasure }: { readonly erasure?: string },
  context: { readonly functionName: string; getRemainingTimeInMillis(): number },
): Promise<ErasureResult> {
  const hasTime = () => context.getRemainingTimeInMillis() > SAFETY_MARGIN_MS;
  const end = () => Date.now() + context.getRemainingTimeInMillis();
  const opened = records(bucket);
  const dependencies = {
    bucket,
    records: opened,
    table,
    keys,
    arrivalTime,
    hasTime,
    end,
    now: Date.now,
    lock: bucketLock(rewriting.store, Date.now),
    rows: storedRows(settings, { ...rewriting, athena, bucket, end }),
  };
  try {
    return await erase(erasure, dependencies, (outcome) => writeLines(outcomeLine(outcome)));
  } finally {
    writeLines(openLine(await opened.all(), context.functionName, Date.now(), arrivalTime));
  }
}
