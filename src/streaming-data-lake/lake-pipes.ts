import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { CONSUMER_ACTIONS, keyUse, PRODUCER_ACTIONS } from '../core/private/key-use';
import { plainArn } from '../core/private/log-group';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import type { LakeSourceVariant } from './lake-source-variant';

/** What both pipes of a lake have. */
interface PipeProps {
  readonly delivery: CfnDeliveryStream;
  readonly deadLetterQueue: IQueue;
  readonly encryptionKey: IKey;
  readonly logGroup: LogGroup;
}

/** Documented: "EventBridge Pipes batching and concurrency": the window of a queue. */
const DEAD_LETTER_WINDOW = Duration.seconds(10);

/** Creates the pipe from the source to Firehose, as the child `Pipe`. */
export function createPipe(scope: Construct, props: PipeProps & { readonly source: LakeSourceVariant }): CfnPipe {
  const { source, delivery, deadLetterQueue, encryptionKey, logGroup } = props;
  const { arn, pattern, parameters, reads } = source.bind(scope);
  const role = createRole(scope, 'PipeRole', [
    ...reads,
    new PolicyStatement({ actions: ['firehose:PutRecordBatch'], resources: [delivery.attrArn] }),
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }),
    keyUse(encryptionKey, { service: 'sqs', region: deadLetterQueue.env.region }, PRODUCER_ACTIONS),
  ]);
  return create(scope, 'Pipe', role, {
    description: 'Insertions and modifications, to the delivery stream of the lake',
    source: arn,
    sourceParameters: {
      ...parameters(deadLetterQueue.queueArn),
      filterCriteria: { filters: [{ pattern: JSON.stringify(pattern) }] },
    },
    target: delivery.attrArn,
    targetParameters: { inputTemplate: template(source.fields) },
    logConfiguration: logTo(logGroup),
  });
}

/**
 * Creates the pipe from the dead-letter queue to quarantine, as the child `DeadLetterPipe`. A message stays in the queue until it is
 * delivered.
 */
export function createDeadLetterPipe(scope: Construct, { delivery, deadLetterQueue, encryptionKey, logGroup }: PipeProps): CfnPipe {
  const role = createRole(scope, 'DeadLetterPipeRole', [
    new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [deadLetterQueue.queueArn],
    }),
    keyUse(encryptionKey, { service: 'sqs', region: deadLetterQueue.env.region }, CONSUMER_ACTIONS),
    new PolicyStatement({ actions: ['firehose:PutRecordBatch'], resources: [delivery.attrArn] }),
  ]);
  return create(scope, 'DeadLetterPipe', role, {
    description: 'Dead letters, to the quarantine of the lake',
    source: deadLetterQueue.queueArn,
    sourceParameters: { sqsQueueParameters: { batchSize: 10, maximumBatchingWindowInSeconds: DEAD_LETTER_WINDOW.toSeconds() } },
    target: delivery.attrArn,
    // The fields that a record in quarantine has. The body is the message about the records that could not be sent, as JSON.
    targetParameters: {
      inputTemplate: template({
        errorCode: '"DeadLetter"',
        errorMessage:
          '"The pipe could not send the records to Firehose. deadLetter has the condition, the shard and the sequence numbers."',
        deadLetter: '<$.body>',
      }),
    },
    logConfiguration: logTo(logGroup),
  });
}

function create(scope: Construct, id: string, role: Role, props: Omit<ConstructorParameters<typeof CfnPipe>[2], 'roleArn'>): CfnPipe {
  const pipe = new CfnPipe(scope, id, { roleArn: role.roleArn, ...props });
  // Pipes checks the role's permissions when the pipe is created.
  pipe.node.addDependency(role);
  return pipe;
}

function createRole(scope: Construct, id: string, statements: readonly PolicyStatement[]): Role {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  for (const statement of statements) role.addToPolicy(statement);
  acknowledge(
    role.node.findChild('DefaultPolicy'),
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy is for this one role and names resources of this lake only. A managed policy could be attached elsewhere.',
  );
  return role;
}

/** JSON whose values are expressions of an input template. */
function template(fields: Readonly<Record<string, string>>): string {
  return `{${Object.entries(fields)
    .map(([name, value]) => `"${name}":${value}`)
    .join(',')}}`;
}

/** Errors only, and without the records, which contain personal data. */
function logTo(logGroup: LogGroup): CfnPipe.PipeLogConfigurationProperty {
  return { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: plainArn(logGroup) } };
}
