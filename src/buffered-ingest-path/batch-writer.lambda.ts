import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { batchHandler, runtimeDependencies, sendWith } from './lambda/batch-handler';

/** Writes the messages of all tenants with the function's own role. */
export const handler = batchHandler({ ...runtimeDependencies, send: sendWith(new DynamoDBClient({ maxAttempts: 1 })) });
