import type { Properties } from '../../assembly/properties';
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
  readonly maximumAttempts: number;
  readonly maximumAgeSeconds: number;
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
  const deadLetterArn = target.object('DeadLetterConfig')?.text('Arn');
  if (deadLetterArn !== undefined && (deadLetterArn.split(':')[2] !== 'sqs' || deadLetterArn.endsWith('.fifo'))) {
    throw target.invalid('DeadLetterConfig.Arn', `${deadLetterArn} is not a standard queue`);
  }
  const retry = target.object('RetryPolicy');
  return {
    ...{ id: target.required('Id'), kind, arn, roleArn, messageGroupId, deadLetterArn, input: inputWriter(target) },
    maximumAttempts: whole(retry, 'MaximumRetryAttempts', 0, 185),
    maximumAgeSeconds: whole(retry, 'MaximumEventAgeInSeconds', 60, 86_400),
  };
}

/** @returns the maximum by default */
function whole(of: Properties | undefined, name: string, least: number, most: number): number {
  const value = of?.number(name) ?? most;
  if (of === undefined || (Number.isInteger(value) && value >= least && value <= most)) return value;
  throw of.invalid(name, `is ${value}: it must be a whole number from ${least} to ${most}`);
}
