import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { CfnEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { acknowledge, type RulePack } from '../core/private/rule-packs';
import type { WriterIsolation } from './writer-isolation';

const all: RulePack[] = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

/** The parts of a path that have findings. */
export interface FoundParts {
  readonly writer: IFunction;
  readonly roles: IRole[];
  readonly eventSources: CfnEventSourceMapping[];
  readonly deadLetterQueue: IQueue;
  readonly isolation: WriterIsolation;
}

/** Acknowledges the findings of rule packs, each on the resource that it is about. */
export function acknowledgeFindings({ writer, roles, eventSources, deadLetterQueue, isolation }: FoundParts): void {
  for (const role of roles) {
    acknowledge(
      role.node.findChild('DefaultPolicy'),
      all,
      'IAMNoInlinePolicy',
      'The policy is for this one role and names resources of this path only. A managed policy could be attached elsewhere.',
    );
  }
  acknowledge(
    writer,
    all,
    'LambdaInsideVPC',
    `Outside a VPC, the writer's outbound connections are not limited. This is accepted because it has no secret, and its role may only ${isolation._variant.permission}, receive from its two queues, log and trace.`,
  );
  acknowledge(
    writer,
    ['HIPAA.Security', 'NIST.800.53.R5'],
    'LambdaConcurrency',
    'Only the two event sources invoke the function, and each has its own limit (maxConcurrency). A reservation would permanently take concurrency from the account.',
  );
  acknowledge(
    writer,
    ['HIPAA.Security', 'NIST.800.53.R5', 'Serverless'],
    'LambdaDLQ',
    "The dead-letter queue of a function is for asynchronous invocations. The event sources invoke it synchronously, and failed messages move to the path's own dead-letter queue.",
  );
  for (const eventSource of eventSources) {
    acknowledge(
      eventSource,
      ['Serverless'],
      'LambdaEventSourceMappingDestination',
      'An SQS event source has no failure destination: failed messages stay in the queue, whose redrive policy moves them to the next queue.',
    );
  }
  acknowledge(deadLetterQueue, ['Serverless'], 'SQSRedrivePolicy', 'This is the dead-letter queue, which only operators read.');
}
