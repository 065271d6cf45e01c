import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { erasedLake } from './lambda/erased-lake';
import { folderPlace } from './lambda/folder-place';
import { openLine, removalLine } from './lambda/log-lines';
import { type Outcome, remove } from './lambda/remove';
import { readRequest } from './lambda/request';
import { openSession } from './lambda/sessions';
import { directoryStore } from './lambda/store';
import { syncPlace } from './lambda/sync-place';
import { tablePlace } from './lambda/table-place';
import { REMOVAL_VARIABLES, type RemovalSettings } from './settings';

/** No page is begun with less time left. */
const SAFETY_MARGIN_MS = 60_000;

const settings = readSettings<RemovalSettings>(REMOVAL_VARIABLES);
const own = new DynamoDBClient();
const functions = new LambdaClient();
const sts = new STSClient();
const store = directoryStore(own, settings.DIRECTORY_TABLE);
const lakes = settings.LAKES.map((lake) => erasedLake(lake, functions));

/** Counts or removes the data of a departed tenant on request, and continues what is open. */
export async function handler(
  event: unknown,
  context: { readonly functionName: string; getRemainingTimeInMillis(): number },
): Promise<{ readonly removals: readonly Outcome[] }> {
  const request = readRequest(event);
  // A session does not outlive the invocation, and one client never has the credentials of two tenants.
  const clients = new Map<string, Promise<{ readonly items: DynamoDBClient; readonly objects: S3Client }>>();
  const clientsOf = (tenant: string) => {
    const opened = clients.get(tenant) ?? openClients(tenant);
    clients.set(tenant, opened);
    return opened;
  };
  try {
    const removals = await remove(
      request,
      {
        store,
        // Syncs come first: a report that is not final may need what the other places have.
        places: [
          ...settings.SYNCS.map((sync) => syncPlace(sync, functions, async (tenant) => (await clientsOf(tenant)).objects)),
          ...settings.TABLES.map((table) => tablePlace(table, own, async (tenant) => (await clientsOf(tenant)).items)),
          ...settings.FOLDERS.map((folder) => folderPlace(folder, async (tenant) => (await clientsOf(tenant)).objects)),
        ],
        lakes,
        retained: settings.RETAINED,
        hold: Number(settings.HOLD_SECONDS) * 1_000,
        now: Date.now,
        time: () => new Date().toISOString(),
        end: () => Date.now() + context.getRemainingTimeInMillis(),
        hasTime: () => context.getRemainingTimeInMillis() > SAFETY_MARGIN_MS,
      },
      (removal) => writeLines(removalLine(removal)),
    );
    return { removals };
  } finally {
    writeLines(openLine(await store.all(), context.functionName, Date.now()));
  }
}

async function openClients(tenant: string) {
  const credentials = await openSession(sts, settings.TENANT_ROLE_ARN, settings.TENANT_TAG, tenant);
  return { items: new DynamoDBClient({ credentials }), objects: new S3Client({ credentials }) };
}
