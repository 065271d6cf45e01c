import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, BatchExecuteStatementCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { environment } from '../../runtime/environment';
import { writeLines } from '../../runtime/log-line';
import { logLines } from './log-lines';
import type { Destination, SqsRecord } from './message';
import { type BatchResponse, processBatch } from './process-batch';
import type { Send, TenantWriterDependencies } from './write-by-tenant';
import type { WriterDependencies } from './write-items';

/** Reserved for logging and for the response: if the function timed out, the whole batch would be retried. */
const SAFETY_MARGIN_MS = 500;

interface Context {
  readonly functionName: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Dependencies that all writers share. */
export const runtimeDependencies: Omit<WriterDependencies, 'send'> = {
  now: Date.now,
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
  random: Math.random,
};

/**
 * The client must not retry (`maxAttempts: 1`), because its retries could outlast the function. `writeItems` retries within the remaining
 * time.
 */
export function sendWith(client: DynamoDBClient): Send {
  return async (statements, timeout) => {
    const command = new BatchExecuteStatementCommand({
      Statements: statements.map(({ Statement, Parameters }) => ({ Statement, Parameters: Parameters as AttributeValue[] })),
    });
    return (await client.send(command, { abortSignal: AbortSignal.timeout(timeout) })).Responses ?? [];
  };
}

/** Creates the handler of a batch writer. Its destination comes from environment variables. */
export function batchHandler(dependencies: WriterDependencies | TenantWriterDependencies) {
  const destination: Destination = {
    tableName: environment('TABLE_NAME'),
    partitionKey: environment('PARTITION_KEY'),
    sortKey: process.env.SORT_KEY,
    indexSortKeys: JSON.parse(process.env.INDEX_SORT_KEYS ?? '[]'),
    templates: JSON.parse(environment('KEY_TEMPLATES')),
    optionalKeys: JSON.parse(process.env.OPTIONAL_KEYS ?? '[]'),
    ...(process.env.TIME_TO_LIVE_ATTRIBUTE === undefined
      ? {}
      : { timeToLive: { attribute: process.env.TIME_TO_LIVE_ATTRIBUTE, seconds: Number(environment('TIME_TO_LIVE_SECONDS')) } }),
  };
  return async (event: { readonly Records: readonly SqsRecord[] }, context: Context): Promise<BatchResponse> => {
    const deadline = dependencies.now() + context.getRemainingTimeInMillis() - SAFETY_MARGIN_MS;
    const result = await processBatch(event.Records, destination, deadline, dependencies);
    writeLines(...logLines(result, { functionName: context.functionName, invocationId: context.awsRequestId, at: dependencies.now() }));
    return { batchItemFailures: result.failures.map(({ origin }) => ({ itemIdentifier: origin.messageId })) };
  };
}
