import { readEach } from '../../assembly/properties';
import type { Assembly, Clock, Engines } from '../../contracts';
import { EngineError } from '../../engines/command';
import { distinct, makeEach } from '../../engines/make';
import { jsonEngine } from '../../protocol/aws-json';
import { readQueue, type TemplateQueue } from './queue';
import { PROTOCOL } from './service';
import { createTimes } from './times';

/** Makes the queues, each after its dead-letter queue. */
export async function provisionQueues(assembly: Assembly, { ministack }: Engines, clock: Clock): Promise<void> {
  const queues = readEach(assembly, 'AWS::SQS::Queue', readQueue);
  for (const { problems } of queues) if (problems.length > 0) throw new EngineError(problems.join('\n'));
  const byArn = distinct(queues, ({ arn }) => arn, 'give one another QueueName');
  for (const queue of queues) checkDeadLetterQueue(queue, byArn);
  const { shortenedAttributes } = createTimes(clock);
  const engine = jsonEngine(ministack, 'sqs', PROTOCOL, assembly);
  const ordered = new Set<TemplateQueue>();
  const order = (queue: TemplateQueue | undefined): void => {
    if (queue === undefined || ordered.has(queue)) return;
    order(byArn.get(queue.deadLetters ?? ''));
    ordered.add(queue);
  };
  queues.forEach(order);
  await makeEach([...ordered], engine, ({ name, attributes, tags }, ask) =>
    ask('CreateQueue', { QueueName: name, Attributes: shortenedAttributes(attributes), tags }),
  );
}

/** The service asks the dead-letter queue, when a queue names it, whether that one may. */
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
