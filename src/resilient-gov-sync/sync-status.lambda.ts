import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readSettings } from '../runtime/environment';
import { pageOf } from './lambda/status/page';
import { readStatus, type Status } from './lambda/status/read-status';
import { readStatusRequest } from './lambda/status/request';
import { syncTable } from './lambda/sync-table';
import { STATUS_VARIABLES, type StatusSettings } from './settings';

const settings = readSettings<StatusSettings>(STATUS_VARIABLES);
const table = syncTable(new DynamoDBClient(), settings.TABLE_NAME);

/** Shows where a sync is: an object for programs, or a page. It reads the table, and writes nothing. */
export async function handler(event: unknown, { invokedFunctionArn }: { readonly invokedFunctionArn: string }): Promise<Status | string> {
  const request = readStatusRequest(event);
  const timeZone = settings.TIME_ZONE;
  const status = await readStatus(request, { table, timeZone, now: Date.now });
  if (request.format === 'json') return status;
  return pageOf(status, request, { timeZone, functionArn: request.isWidget ? invokedFunctionArn : undefined });
}
