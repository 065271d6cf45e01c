import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, type ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { keyUse, PRODUCER_ACTIONS } from '../core/private/key-use';
import { acknowledge, REGULATED } from '../core/private/rule-packs';

/** What a schedule of runs is made of. */
export interface CompactionScheduleProps {
  readonly schedule: ScheduleExpression;
  readonly function: IFunction;
  readonly deadLetterQueue: IQueue;
  readonly encryptionKey: IKey;
}

/** The next run is an hour later, so that a late one is not needed. */
const LATEST_START_SECONDS = 1_800;
const SPREAD_MINUTES = 15;

/** Creates the schedule, as the child `Schedule`, with a role that may invoke the function and send to the queue of dead letters. */
export function createSchedule(scope: Construct, props: CompactionScheduleProps): CfnSchedule {
  const { schedule, deadLetterQueue, encryptionKey } = props;
  const { account, region } = Stack.of(scope);
  const role = new Role(scope, 'ScheduleRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
  });
  const statements = [
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.function.functionArn] }),
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }),
    keyUse(encryptionKey, { service: 'sqs', region }, PRODUCER_ACTIONS),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  acknowledge(
    role.node.findChild('DefaultPolicy'),
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy is for this one role, of one schedule. A managed policy could be attached elsewhere.',
  );
  const created = new CfnSchedule(scope, 'Schedule', {
    description: 'Runs the compaction of a data lake.',
    scheduleExpression: schedule.expressionString,
    scheduleExpressionTimezone: schedule.timeZone?.timezoneName,
    // Runs of several lakes do not start in the same second.
    flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: SPREAD_MINUTES },
    target: {
      arn: props.function.functionArn,
      roleArn: role.roleArn,
      input: '{}',
      deadLetterConfig: { arn: deadLetterQueue.queueArn },
      retryPolicy: { maximumEventAgeInSeconds: LATEST_START_SECONDS, maximumRetryAttempts: 10 },
    },
  });
  // EventBridge Scheduler checks the role when the schedule is created.
  created.node.addDependency(role);
  return created;
}
