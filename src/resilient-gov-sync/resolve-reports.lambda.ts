import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { reportStore } from './lambda/report-store';
import { reopening } from './lambda/resolve/reopen';
import { readResolveRequest } from './lambda/resolve/request';
import { type Resolution, resolveReports } from './lambda/resolve/resolve';
import { syncTable } from './lambda/sync-table';
import { TRANSPORTS } from './lambda/transport';
import { RESOLVE_VARIABLES, type ResolveSettings } from './settings';

/** No report is begun with less time left. */
const SAFETY_MARGIN_MS = 20_000;

const settings = readSettings<ResolveSettings>(RESOLVE_VARIABLES);
const client = new DynamoDBClient();
const s3 = new S3Client();
const shared = {
  table: syncTable(client, settings.TABLE_NAME),
  reopening: reopening(client, settings.TABLE_NAME, Date.now),
  store: reportStore(s3, settings.BUCKET),
  audit: { bucket: settings.AUDIT_BUCKET, s3, retentionDays: settings.AUDIT_RETENTION_DAYS },
  hasBody: TRANSPORTS[settings.TRANSPORT].hasBody,
  now: Date.now,
  log: (line: object) => writeLines(line),
};

/** Applies a decision of a person to reports that were put aside. The next attempt of the period sends what is to be sent. */
export async function handler(
  event: unknown,
  context: { readonly awsRequestId: string; readonly functionName: string; getRemainingTimeInMillis(): number },
): Promise<Resolution> {
  return resolveReports(readResolveRequest(event, settings.TIME_ZONE), {
    ...shared,
    execution: `${context.functionName}/${context.awsRequestId}`,
    hasTime: () => context.getRemainingTimeInMillis() > SAFETY_MARGIN_MS,
  });
}
