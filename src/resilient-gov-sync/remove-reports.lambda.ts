import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readSettings } from '../runtime/environment';
import { type RemovedReports, removeReports } from './lambda/removal/remove-reports';
import { readRemovalRequest } from './lambda/removal/request';
import { syncTable } from './lambda/sync-table';
import { STATUS_VARIABLES, type StatusSettings } from './settings';

const settings = readSettings<StatusSettings>(STATUS_VARIABLES);
const table = syncTable(new DynamoDBClient(), settings.TABLE_NAME);

/** Counts or removes what the table has of the reports of a tenant that has departed. A TenantRemoval invokes it, and removes the objects. */
export async function handler(event: unknown): Promise<RemovedReports> {
  return removeReports(readRemovalRequest(event), { table, timeZone: settings.TIME_ZONE, now: Date.now });
}
