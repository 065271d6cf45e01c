import { NotYetKnown } from '../../../assembly/errors';
import type { Assembly, Endpoint, Json, JsonObject, Resource } from '../../../contracts';
import { objectOf } from '../../../protocol/json';
import { functionArnOf, number, wholeNumber } from '../configuration';
import { readStreamMapping, type StreamMapping, tableOfStream } from './stream-mapping';
import { targetOf } from './target';

/** An event source mapping of a queue, from its template. */
export interface QueueMapping {
  readonly id: string;
  readonly functionArn: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly roleArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** The maximum number of batches in flight. */
  readonly concurrency: number;
  readonly partialBatches: boolean;
  readonly visibilitySeconds: number;
  /** The timeout of the function. */
  readonly timeoutSeconds: number;
}

/** Documented: "Configuring scaling behavior for SQS event source mappings": Lambda starts with five. The sandbox does not add more. */
const INITIAL_CONCURRENCY = 5;
/** Documented: "Creating and configuring an Amazon SQS event source mapping", execution role permissions. */
const REQUIRED_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * The number of events that the mappings of a function may have in flight together.
 *
 * @param arn of the function
 */
export function concurrencyOf(assembly: Assembly, arn: string): number {
  const own = assembly
    .ofType('AWS::Lambda::EventSourceMapping')
    .flatMap((resource) => knownProperties(assembly, resource))
    .filter(({ FunctionName }) => functionArnOf(assembly, String(FunctionName)) === arn);
  return own.reduce((sum, properties) => sum + (maximumConcurrency(properties) ?? INITIAL_CONCURRENCY), 0);
}

/** The properties, or nothing if they depend on a custom resource that has not run yet. */
function knownProperties(assembly: Assembly, resource: Resource): JsonObject[] {
  try {
    return [assembly.properties(resource)];
  } catch (error) {
    if (error instanceof NotYetKnown) return [];
    throw error;
  }
}

const maximumConcurrency = (properties: JsonObject) => number(objectOf(properties.ScalingConfig).MaximumConcurrency);

/**
 * Reads an AWS::Lambda::EventSourceMapping, and validates it as CreateEventSourceMapping does.
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function readMapping(assembly: Assembly, resource: Resource): QueueMapping | StreamMapping {
  const properties = assembly.properties(resource);
  return tableOfStream(assembly, String(properties.EventSourceArn)) === undefined
    ? readQueueMapping(assembly, resource)
    : readStreamMapping(assembly, resource);
}

function readQueueMapping(assembly: Assembly, resource: Resource): QueueMapping {
  const properties = assembly.properties(resource);
  const unsupported = (property: string, why: string): never => {
    throw new Error(`AWS::Lambda::EventSourceMapping.${property} is not supported (${resource.id}): ${why}`);
  };
  const invalid = (why: string): never => {
    throw new Error(`InvalidParameterValueException (${resource.id}): ${why}`);
  };
  const queueArn = String(properties.EventSourceArn ?? '');
  const queue = assembly.byArn(queueArn);
  if (queue?.type !== 'AWS::SQS::Queue') {
    return unsupported(
      'EventSourceArn',
      assembly.whyLeftOut(queueArn) ?? `${queueArn || 'none'}; it must be a queue or the stream of a table of the assembly`,
    );
  }
  for (const property of ['FilterCriteria', 'ProvisionedPollerConfig'].filter((name) => properties[name] !== undefined)) {
    unsupported(property, 'the sandbox delivers every message of the queue');
  }
  const fifo = queueArn.endsWith('.fifo');
  const whole = (property: string, value: Json | undefined, least: number, most: number) =>
    wholeNumber(`AWS::Lambda::EventSourceMapping.${property}`, value, least, most, resource);
  const target = targetOf(assembly, resource);
  const batchSize = whole('BatchSize', properties.BatchSize, 1, fifo ? 10 : 10_000) ?? 10;
  const windowSeconds = whole('MaximumBatchingWindowInSeconds', properties.MaximumBatchingWindowInSeconds, 0, 300) ?? 0;
  const scaling = objectOf(properties.ScalingConfig);
  const concurrency = whole('ScalingConfig.MaximumConcurrency', scaling.MaximumConcurrency, 2, 1000) ?? INITIAL_CONCURRENCY;
  const responseTypes = properties.FunctionResponseTypes ?? [];
  if (!Array.isArray(responseTypes) || responseTypes.length > 1 || responseTypes.some((type) => type !== 'ReportBatchItemFailures')) {
    return unsupported('FunctionResponseTypes', `${JSON.stringify(responseTypes)}; it can only be ["ReportBatchItemFailures"]`);
  }
  const queueProperties = assembly.properties(queue);
  const visibilitySeconds = number(queueProperties.VisibilityTimeout) ?? 30;
  if (batchSize > 10 && windowSeconds < 1) {
    invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  }
  if (fifo && windowSeconds > 0) {
    invalid('Batching window is not supported for FIFO queues');
  }
  if (visibilitySeconds < target.timeoutSeconds) {
    invalid(`Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${target.timeoutSeconds} seconds`);
  }
  return {
    id: resource.id,
    functionArn: target.arn,
    queueArn,
    queueUrl: assembly.ref(queue),
    roleArn: target.roleArn,
    enabled: String(properties.Enabled ?? true) !== 'false',
    batchSize,
    windowSeconds,
    concurrency,
    partialBatches: responseTypes.length > 0,
    visibilitySeconds,
    timeoutSeconds: target.timeoutSeconds,
  };
}

/**
 * Checks that the function's role has the permissions that CreateEventSourceMapping requires.
 *
 * @throws if it does not
 */
export function checkPermissions({ id, roleArn, queueArn }: QueueMapping, endpoint: Pick<Endpoint, 'denial'>): void {
  const denied = REQUIRED_ACTIONS.find((action) => endpoint.denial({ roleArn }, { action, resource: queueArn, context: {} }) !== undefined);
  if (denied !== undefined) {
    throw new Error(
      `InvalidParameterValueException (${id}): The function execution role does not have permissions to call ${denied.slice('sqs:'.length)} on SQS`,
    );
  }
}
