import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { Assembly, Clock, Engines, JsonObject, Resource } from '../../contracts';
import { ownerOf, sqsClient } from '../../engines/clients';
import { EngineError } from '../../engines/command';
import { asObject } from '../../protocol/json';
import type { ProvisionContext } from '../../service-module';
import { queueProblems, RANGES } from './queue-values';

interface Queue {
  readonly resource: Resource;
  readonly arn: string;
  readonly properties: JsonObject;
  /** ARN of its dead-letter queue. */
  readonly deadLetters?: string;
}

/** Spans of time with CloudFormation's default, in seconds. */
const SPANS = { VisibilityTimeout: 30, DelaySeconds: 0, MessageRetentionPeriod: 345_600, ReceiveMessageWaitTimeSeconds: 0 };

const AS_GIVEN = [
  'MaximumMessageSize',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];

/** Makes the queues, each after its dead-letter queue. */
export async function provisionQueues({ assembly, engines, clock, reject }: ProvisionContext): Promise<void> {
  const queues = new Map<string, Queue>();
  for (const resource of assembly.ofType('AWS::SQS::Queue')) {
    try {
      const queue = readQueue(assembly, resource);
      const twin = queues.get(queue.arn);
      if (twin) {
        throw new EngineError(`${resource.id} and ${twin.resource.id} are both named ${queue.arn}: give one another QueueName`);
      }
      queues.set(queue.arn, queue);
    } catch (error) {
      reject(resource, error as Error);
    }
  }
  const made = new Set<string>();
  const make = async (queue: Queue | undefined): Promise<void> => {
    if (queue === undefined || made.has(queue.arn)) return;
    made.add(queue.arn);
    await make(queues.get(queue.deadLetters ?? ''));
    try {
      checkDeadLetterQueue(queue, queues);
      await create(queue, engines, clock);
    } catch (error) {
      queues.delete(queue.arn);
      reject(queue.resource, error as Error);
    }
  };
  for (const queue of [...queues.values()]) {
    await make(queue);
  }
}

function readQueue(assembly: Assembly, resource: Resource): Queue {
  const properties = assembly.properties(resource);
  const problems = queueProblems(resource, properties);
  if (problems.length > 0) {
    throw new EngineError(problems.join('\n'));
  }
  const policy = asObject(properties.RedrivePolicy);
  return {
    resource,
    arn: assembly.attribute(resource, 'Arn'),
    properties,
    ...(policy?.deadLetterTargetArn === undefined ? {} : { deadLetters: String(policy.deadLetterTargetArn) }),
  };
}

/** The service asks the dead-letter queue, when a queue names it, whether that one may. */
function checkDeadLetterQueue({ resource, arn, deadLetters }: Queue, queues: ReadonlyMap<string, Queue>): void {
  if (deadLetters === undefined) {
    return;
  }
  const target = queues.get(deadLetters);
  if (target === undefined) {
    throw new EngineError(`${resource.id}: AWS::SQS::Queue.RedrivePolicy names ${deadLetters}, which is not in the assembly`);
  }
  const policy = asObject(target.properties.RedriveAllowPolicy);
  const permission = policy?.redrivePermission ?? 'allowAll';
  const sources = [policy?.sourceQueueArns ?? []].flat();
  if (permission === 'denyAll' || (permission === 'byQueue' && !sources.includes(arn))) {
    throw new EngineError(
      `${resource.id}: AWS::SQS::Queue.RedrivePolicy names ${target.resource.id}, whose RedriveAllowPolicy (${permission}) does not allow ${arn}`,
    );
  }
}

async function create({ resource, arn, properties }: Queue, engines: Engines, clock: Clock): Promise<void> {
  const attributes: Record<string, string> = {};
  for (const name of Object.keys(SPANS) as (keyof typeof SPANS)[]) {
    attributes[name] = String(lasting(name, Number(properties[name] ?? SPANS[name]), clock));
  }
  for (const name of AS_GIVEN.filter((given) => properties[given] !== undefined)) {
    attributes[name] = String(properties[name]);
  }
  for (const name of ['RedrivePolicy', 'RedriveAllowPolicy'].filter((given) => properties[given] !== undefined)) {
    attributes[name] = JSON.stringify(asObject(properties[name]));
  }
  // The service encrypts a queue by itself unless it is told otherwise or has a key.
  if (properties.KmsMasterKeyId === undefined) {
    attributes.SqsManagedSseEnabled ??= 'true';
  }
  const tags = Object.fromEntries(
    (Array.isArray(properties.Tags) ? properties.Tags : []).map((tag) => [text(tag, 'Key'), text(tag, 'Value')]),
  );
  const client = sqsClient(engines, ownerOf(arn));
  try {
    await client.send(new CreateQueueCommand({ QueueName: arn.split(':').at(-1), Attributes: attributes, tags }));
  } catch (error) {
    throw new EngineError(`${resource.id}: ${(error as Error).message}`);
  } finally {
    client.destroy();
  }
}

/**
 * In whole seconds of this machine, never shorter than asked for; a span of nothing stays one. What the clock makes too short or too
 * long for the engine is as short or as long as that takes.
 */
function lasting(name: keyof typeof SPANS, seconds: number, clock: Clock): number {
  const [least, most] = RANGES[name];
  return Math.min(most, Math.max(least, Math.ceil(clock.real(seconds * 1000) / 1000)));
}

function text(value: JsonObject[string], name: string): string {
  return String((value as JsonObject)[name]);
}
