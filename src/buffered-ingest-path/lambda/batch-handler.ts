import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, BatchExecuteStatementCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { writeLines } from '../../runtime/log-line';
import { addCorrelationIds } from '../../runtime/user-agent';
import type { WriterSettings } from '../settings';
import { logLines } from './log-lines';
import type { Destination, SqsRecord } from './message';
import { type BatchDependencies, type BatchResponse, processBatch } from './process-batch';
import { readWith } from './read-records';
import type { Pace } from './retry';
import { TenantStates } from './tenant-states';
import type { Send } from './write-by-tenant';

/** Reserved for logging and for the response: if the function timed out, the whole batch would be retried. */
const SAFETY_MARGIN_MS = 500;

interface Context {
  readonly functionName: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** The clock of all writers. */
const runtimePace: Pace = {
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
  return async (statements, timeout, correlationIds) => {
    const command = new BatchExecuteStatementCommand({
      Statements: statements.map(({ Statement, Parameters }) => ({ Statement, Parameters: Parameters as AttributeValue[] })),
    });
    command.middlewareStack.add(
      addCorrelationIds(() => correlationIds),
      { step: 'initialize' },
    );
    return (await client.send(command, { abortSignal: AbortSignal.timeout(timeout) })).Responses ?? [];
  };
}

/**
 * Dependencies that all writers share.
 *
 * @param client a client of the function's own role, which reads the directory. As in `sendWith`, it must not retry.
 */
export function runtimeDependencies(
  { DIRECTORY_TABLE: table }: WriterSettings,
  client: DynamoDBClient,
): Pace & Pick<BatchDependencies, 'tenants'> {
  return table === undefined
    ? runtimePace
    : { ...runtimePace, tenants: new TenantStates({ ...runtimePace, read: readWith(client, table) }) };
}

/** Creates the handler of a batch writer. */
export function batchHandler(settings: WriterSettings, dependencies: BatchDependencies) {
  const destination = destinationOf(settings);
  return async (event: { readonly Records: readonly SqsRecord[] }, context: Context): Promise<BatchResponse> => {
    const deadline = dependencies.now() + context.getRemainingTimeInMillis() - SAFETY_MARGIN_MS;
    const result = await processBatch(event.Records, destination, deadline, dependencies);
    writeLines(...logLines(result, { functionName: context.functionName, invocationId: context.awsRequestId, at: dependencies.now() }));
    return { batchItemFailures: result.failures.map(({ origin }) => ({ itemIdentifier: origin.messageId })) };
  };
}

function destinationOf(settings: WriterSettings): Destination {
  const { TIME_TO_LIVE_ATTRIBUTE: attribute, TIME_TO_LIVE_SECONDS: seconds } = settings;
  if ((attribute === undefined) !== (seconds === undefined))
    throw new Error('the attribute and the seconds of the time to live belong together');
  return {
    tableName: settings.TABLE_NAME,
    partitionKey: settings.PARTITION_KEY,
    sortKey: settings.SORT_KEY,
    indexSortKeys: settings.INDEX_SORT_KEYS,
    templates: settings.KEY_TEMPLATES,
    optionalKeys: settings.OPTIONAL_KEYS,
    ...(attribute === undefined || seconds === undefined ? {} : { timeToLive: { attribute, seconds } }),
  };
}
