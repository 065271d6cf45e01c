import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { keyUse, PRODUCER_ACTIONS } from './key-use';
import { acknowledge, REGULATED } from './rule-packs';

/** A function that schedules invoke, and the queue of invocations that failed. */
export interface ScheduledFunction {
  readonly function: IFunction;
  readonly deadLetterQueue: IQueue;
  /** The key of the queue. */
  readonly encryptionKey: IKey;
}

/** When a schedule invokes a function, and with which event. */
export interface FunctionScheduleProps extends Omit<ScheduledFunction, 'encryptionKey'> {
  readonly description: string;
  readonly expression: string;
  readonly timeZone: string | undefined;
  /** 0 for none. */
  readonly flexibleMinutes: number;
  /** JSON, with context attributes of Scheduler. */
  readonly input: string;
  /** How long after its time an invocation is still useful. */
  readonly latestStartSeconds: number;
  readonly role: IRole;
}

/** Creates a role for schedules of a function, which may invoke it and send to the queue. */
export function createScheduleRole(scope: Construct, id: string, target: ScheduledFunction): Role {
  const { account, region } = Stack.of(scope);
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
  });
  const statements = [
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.function.functionArn] }),
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [target.deadLetterQueue.queueArn] }),
    keyUse(target.encryptionKey, { service: 'sqs', region }, PRODUCER_ACTIONS),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  acknowledge(
    role.node.findChild('DefaultPolicy'),
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy is for this one role, of one function. A managed policy could be attached elsewhere.',
  );
  return role;
}

/** Creates a schedule that invokes a function. What cannot be invoked in time goes to the queue. */
export function createFunctionSchedule(scope: Construct, id: string, props: FunctionScheduleProps): CfnSchedule {
  const created = new CfnSchedule(scope, id, {
    description: props.description,
    scheduleExpression: props.expression,
    scheduleExpressionTimezone: props.timeZone,
    flexibleTimeWindow: props.flexibleMinutes === 0 ? { mode: 'OFF' } : { mode: 'FLEXIBLE', maximumWindowInMinutes: props.flexibleMinutes },
    target: {
      arn: props.function.functionArn,
      roleArn: props.role.roleArn,
      input: props.input,
      deadLetterConfig: { arn: props.deadLetterQueue.queueArn },
      retryPolicy: { maximumEventAgeInSeconds: props.latestStartSeconds, maximumRetryAttempts: 10 },
    },
  });
  // EventBridge Scheduler checks the role when the schedule is created.
  created.node.addDependency(props.role);
  return created;
}
