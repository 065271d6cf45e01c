import type { Properties } from '../../assembly/properties';
import { type RetryPolicy, readDeadLetterArn, readRetryPolicy } from '../../streams/retry-policy';
import { type InputWriter, inputWriter } from './input';

const KINDS = ['sqs', 'sns', 'lambda', 'states', 'logs'] as const;
export type TargetKind = (typeof KINDS)[number];

/** A target of a rule. */
export interface RuleTarget {
  readonly id: string;
  readonly kind: TargetKind;
  readonly arn: string;
  readonly roleArn?: string;
  readonly input: InputWriter;
  readonly messageGroupId?: string;
  readonly deadLetterArn?: string;
  readonly retry: RetryPolicy;
}

/** @throws if AWS would reject it or the sandbox does not support it */
export function readTarget(target: Properties): RuleTarget {
  const arn = target.required('Arn');
  const kind = KINDS.find((one) => one === arn.split(':')[2]);
  if (kind === undefined)
    throw target.invalid('Arn', `${arn} is not supported: queues, topics, functions, state machines and log groups are`);
  const roleArn = target.text('RoleArn');
  if (kind === 'states' && roleArn === undefined) throw target.invalid('RoleArn', 'is missing: a state machine is started with a role');
  if (kind !== 'states' && roleArn !== undefined)
    throw target.invalid('RoleArn', `is not supported for ${kind}: its policy must let the rule in`);
  const messageGroupId = target.object('SqsParameters')?.text('MessageGroupId');
  if (kind === 'sqs' && arn.endsWith('.fifo') && messageGroupId === undefined) {
    throw target.invalid('SqsParameters.MessageGroupId', 'is missing: the queue is a FIFO queue');
  }
  const deadLetterArn = readDeadLetterArn(target);
  return {
    ...{ id: target.required('Id'), kind, arn, roleArn, messageGroupId, deadLetterArn, input: inputWriter(target) },
    retry: readRetryPolicy(target),
  };
}
