import type { Assembly, Door, Resource } from '../../contracts';
import { type FunctionConfiguration, number, object } from '../configuration';

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
  /** Batches under way at most. */
  readonly concurrency: number;
  readonly partialBatches: boolean;
  readonly visibilitySeconds: number;
}

/** Documented: "Configuring scaling behavior for SQS event source mappings": it begins with five; more are not added here. */
const FIRST_CONCURRENCY = 5;
/** Documented: "Creating and configuring an Amazon SQS event source mapping", execution role permissions. */
const NEEDED = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * Reads an AWS::Lambda::EventSourceMapping, and checks it as CreateEventSourceMapping does.
 *
 * @throws where AWS would refuse it, and where it asks for what is not understood here
 */
export function readMapping(
  assembly: Assembly,
  door: Pick<Door, 'denial'>,
  resource: Resource,
  find: (nameOrArn: string) => FunctionConfiguration | undefined,
): QueueMapping {
  const properties = assembly.properties(resource);
  const refuse = (property: string, why: string): never => {
    throw new Error(`AWS::Lambda::EventSourceMapping.${property} is not understood (${resource.id}): ${why}`);
  };
  const invalid = (why: string): never => {
    throw new Error(`InvalidParameterValueException (${resource.id}): ${why}`);
  };
  const queueArn = String(properties.EventSourceArn ?? '');
  const queue = assembly.byArn(queueArn);
  if (queue?.type !== 'AWS::SQS::Queue') {
    return refuse('EventSourceArn', `${queueArn || 'none'}; only queues of the assembly are polled here`);
  }
  for (const property of ['FilterCriteria', 'ProvisionedPollerConfig'].filter((name) => properties[name] !== undefined)) {
    refuse(property, 'every message of the queue is handed over here');
  }
  const target = find(String(properties.FunctionName)) ?? invalid(`Function not found: ${properties.FunctionName}`);
  const batchSize = number(properties.BatchSize) ?? 10;
  const windowSeconds = number(properties.MaximumBatchingWindowInSeconds) ?? 0;
  const queueProperties = assembly.properties(queue);
  const visibilitySeconds = number(queueProperties.VisibilityTimeout) ?? 30;
  const fifo = queueArn.endsWith('.fifo');
  if (batchSize < 1 || batchSize > (fifo ? 10 : 10_000)) {
    invalid(`BatchSize is ${batchSize}: it must be from 1 to ${fifo ? 10 : 10_000} for this queue`);
  }
  if (batchSize > 10 && windowSeconds < 1) {
    invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  }
  if (fifo && windowSeconds > 0) {
    invalid('Batching window is not supported for FIFO queues');
  }
  if (visibilitySeconds < target.timeoutSeconds) {
    invalid(`Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${target.timeoutSeconds} seconds`);
  }
  const concurrency = number(object(properties.ScalingConfig).MaximumConcurrency);
  if (concurrency !== undefined && (concurrency < 2 || concurrency > 1000)) {
    invalid(`MaximumConcurrency is ${concurrency}: it must be from 2 to 1000`);
  }
  for (const action of NEEDED) {
    if (door.denial({ roleArn: target.roleArn }, { action, resource: queueArn, context: {} }) !== undefined) {
      invalid(`The function execution role does not have permissions to call ${action.slice('sqs:'.length)} on SQS`);
    }
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
    concurrency: concurrency ?? FIRST_CONCURRENCY,
    partialBatches: Array.isArray(properties.FunctionResponseTypes) && properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    visibilitySeconds,
  };
}
