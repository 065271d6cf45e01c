import { ServiceError } from '../../protocol/service-error';
import { queueUrl, textAttributes } from '../../streams/queue-messages';
import type { ServiceCaller } from '../../streams/service-caller';
import type { TemplateSchedule } from './schedule';

/** The values of context attributes, by their names. */
export type Attributes = Readonly<Record<string, string>>;

/** Documented: "Adding context attributes in EventBridge Scheduler". What is no attribute stays as it is. */
export function withAttributes(input: string, attributes: Attributes): string {
  return input.replace(/<(aws\.scheduler\.[a-z-]{1,40})>/g, (found, name: string) => attributes[name] ?? found);
}

/**
 * Invokes the target: a function asynchronously, or a state machine. Documented: "Using templated targets in EventBridge Scheduler".
 *
 * @throws ServiceError with the service's code and message
 */
export async function invokeTarget(caller: ServiceCaller, { kind, arn }: TemplateSchedule['target'], input: string): Promise<void> {
  if (kind === 'states') {
    await caller.json('states', 'AWSStepFunctions', 'StartExecution', { stateMachineArn: arn, input });
    return;
  }
  await caller.send('lambda', {
    ...{ method: 'POST', url: `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`, body: input },
    headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
  });
}

/** A dead letter of a schedule. Documented: "Configuring a schedule's dead-letter queue": the input, and what happened as attributes. */
export async function sendDeadLetter(caller: ServiceCaller, queueArn: string, body: string, attributes: Attributes): Promise<void> {
  await caller.json('sqs', 'AmazonSQS', 'SendMessage', {
    QueueUrl: queueUrl(queueArn),
    MessageBody: body,
    MessageAttributes: textAttributes(attributes),
  });
}

export function codeOf(error: unknown): string {
  return error instanceof ServiceError ? error.code : 'InternalFailure';
}
