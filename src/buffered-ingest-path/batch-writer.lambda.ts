import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readSettings } from '../runtime/environment';
import { batchHandler, runtimeDependencies, sendWith } from './lambda/batch-handler';
import { WRITER_VARIABLES, type WriterSettings } from './settings';

const settings = readSettings<WriterSettings>(WRITER_VARIABLES);
const client = new DynamoDBClient({ maxAttempts: 1 });

/** Writes the messages of all tenants with the function's own role. */
export const handler = batchHandler(settings, { ...runtimeDependencies(settings, client), send: sendWith(client) });
