import { readEach } from '../../assembly/properties';
import { EngineError } from '../../engines/command';
import { createEach, distinct, withoutProblems } from '../../engines/provision';
import { jsonEngine } from '../../protocol/aws-json';
import type { ProvisionContext } from '../../service-module';
import { readQueue, type TemplateQueue } from './queue';
import { PROTOCOL } from './service';
import { createTimes } from './times';

/** Creates the queues, each after its dead-letter queue. */
export async function provisionQueues({ assembly, engines: { ministack, continued }, clock, reject }: ProvisionContext): Promise<void> {
  const queues = withoutProblems(readEach(assembly, 'AWS::SQS::Queue', readQueue), reject);
  const byArn = distinct(queues, ({ arn }) => arn, 'use a different QueueName', reject);
  for (const queue of byArn.values()) {
    try {
      checkDeadLetterQueue(queue, byArn);
    } catch (error) {
      byArn.delete(queue.arn);
      reject(queue.resource, error as Error);
    }
  }
  const { shortenedAttributes } = createTimes(clock);
  const engine = jsonEngine(ministack, 'sqs', PROTOCOL, assembly);
  const ordered = new Set<TemplateQueue>();
  const order = (queue: TemplateQueue | undefined): void => {
    if (queue === undefined || ordered.has(queue)) return;
    order(byArn.get(queue.deadLetters ?? ''));
    ordered.add(queue);
  };
  for (const queue of byArn.values()) order(queue);
  await createEach(continued ? [] : ordered, engine, reject, ({ name, attributes, tags }, call) =>
    call('CreateQueue', { QueueName: name, Attributes: shortenedAttributes(attributes), tags }),
  );
}

/** Rejects a queue whose dead-letter queue does not exist or does not allow it. */
function checkDeadLetterQueue({ resource, arn, deadLetters }: TemplateQueue, queues: ReadonlyMap<string, TemplateQueue>): void {
  if (deadLetters === undefined) return;
  const target = queues.get(deadLetters);
  if (target === undefined) {
    throw new EngineError(`${resource.id}: AWS::SQS::Queue.RedrivePolicy names ${deadLetters}, which is not in the assembly`);
  }
  const { permission, sources } = target.allows;
  if (permission === 'denyAll' || (permission === 'byQueue' && !sources.includes(arn))) {
    throw new EngineError(
      `${resource.id}: AWS::SQS::Queue.RedrivePolicy names ${target.resource.id}, whose RedriveAllowPolicy (${permission}) does not allow ${arn}`,
    );
  }
}
