import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readSettings } from '../runtime/environment';
import { batchHandler, runtimeDependencies, sendWith } from './lambda/batch-handler';
import { WRITER_VARIABLES, type WriterSettings } from './settings';

/** Writes the messages of all tenants with the function's own role. */
export const handler = batchHandler(readSettings<WriterSettings>(WRITER_VARIABLES), {
  ...runtimeDependencies,
  send: sendWith(new DynamoDBClient({ maxAttempts: 1 })),
});
