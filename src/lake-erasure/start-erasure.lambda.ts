import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { readSettings } from '../runtime/environment';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import { writeLines } from '../runtime/log-line';
import { lakeBucket } from './lambda/bucket';
import { openedLine } from './lambda/log-lines';
import { open, type Status } from './lambda/open';
import { records } from './lambda/record';
import { readRequest } from './lambda/request';
import { START_ERASURE_VARIABLES, type StartErasureSettings } from './settings';

const settings = readSettings<StartErasureSettings>(START_ERASURE_VARIABLES);
const opened = records(lakeBucket(new S3Client(), settings.BUCKET, LAKE_FOLDERS.erasures));
const functions = new LambdaClient();

/** Opens an erasure, and starts the function that erases. It returns at once, with what is open. */
export async function handler(event: unknown): Promise<{ readonly erasures: readonly Status[] }> {
  const request = readRequest(event, settings.KEYS.length > 1);
  const dependencies = {
    records: opened,
    arrivalTime: Number(settings.ARRIVAL_SECONDS) * 1_000,
    now: Date.now,
    async start(erasure?: string) {
      const Payload = JSON.stringify({ erasure });
      await functions.send(new InvokeCommand({ FunctionName: settings.ERASE_FUNCTION, InvocationType: 'Event', Payload }));
    },
  };
  const erasures = await open(request, dependencies);
  for (const erasure of erasures) writeLines(openedLine(erasure));
  return { erasures };
}
