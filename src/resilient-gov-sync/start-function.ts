import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { createQueue } from '../core/private/encrypted-queue';
import { createHandler } from '../core/private/handler';
import { grantTableKey } from '../core/private/ingest-grant';
import type { Logged, Retained } from '../core/private/retained';
import { acknowledge, acknowledgeWildcard } from '../core/private/rule-packs';
import { executionsArn } from './executions-arn';
import type { GovSchedule } from './gov-schedule';
import { createStartSchedules } from './start-schedules';
import { START_VARIABLES, type StartSettings } from './start-settings';

/** What the function and its schedules are made of. */
export interface StartProps {
  readonly schedule: GovSchedule;
  readonly table: Table;
  readonly stateMachine: IStateMachine;
  readonly stateMachineName: string;
  readonly dueAfter: Duration;
  readonly logged: Logged;
  readonly name?: string;
}

/** The function that starts attempts. */
export interface Start {
  readonly function: IFunction;
  /** Invocations of the schedules that failed. */
  readonly deadLetterQueue: IQueue;
  readonly logGroup: ILogGroup;
}

/** Creates the function that starts attempts, its schedules, and the queue of what could not be started. */
export function createStart(scope: Construct, props: StartProps): Start {
  const { schedule, table, stateMachine, dueAfter, logged, name } = props;
  const { encryptionKey } = logged;
  const deadLetterQueue = createDeadLetterQueue(scope, logged);
  const start = createHandler<StartSettings>(scope, 'StartFunction', {
    asset: 'resilient-gov-sync/start-sync',
    description: `Starts attempts of ${scope.node.path}`,
    timeout: Duration.minutes(2),
    settings: {
      TABLE_NAME: table.tableName,
      STATE_MACHINE_ARN: stateMachine.stateMachineArn,
      TIME_ZONE: schedule.timeZone.timezoneName,
      DAY: schedule._day,
      HOUR: schedule._hour,
      DUE_AFTER_SECONDS: dueAfter.toSeconds(),
    },
    variables: START_VARIABLES,
    ...logged,
    ...(name === undefined ? {} : { name: `${name}-start` }),
    concurrency: { unreserved: 'It is invoked every 6 hours. Of invocations at the same time, one starts an attempt.' },
    noDeadLetters: { queue: deadLetterQueue, key: encryptionKey },
  });
  allowStarts(start.role, props);
  createStartSchedules(scope, { schedule, function: start.function, deadLetterQueue, encryptionKey });
  return { function: start.function, deadLetterQueue, logGroup: start.logGroup };
}

function allowStarts(role: Role, { table, stateMachine, stateMachineName }: StartProps): void {
  const executions = executionsArn(role, stateMachineName);
  const statements = [
    new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], resources: [table.tableArn] }),
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn] }),
    new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  grantTableKey(table, role, 'write');
  const reason = 'The wildcard stands for the executions of one state machine.';
  acknowledgeWildcard(role.node.findChild('DefaultPolicy'), executions, reason);
}

function createDeadLetterQueue(scope: Construct, retained: Retained): IQueue {
  const queue = createQueue(scope, 'DeadLetterQueue', retained, { retentionPeriod: Duration.days(14) });
  const reason = 'This is the dead-letter queue of schedules and their function, which only operators read.';
  acknowledge(queue, ['AwsSolutions'], 'SQS3', reason);
  acknowledge(queue, ['Serverless'], 'SQSRedrivePolicy', reason);
  return queue;
}
