import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { CfnEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { acknowledge, type RulePack } from '../core/private/rule-packs';
import type { WriterIsolation } from './writer-isolation';

const all: RulePack[] = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

/** The parts of a path that rule packs report something about. */
export interface FoundParts {
  readonly writer: IFunction;
  readonly roles: IRole[];
  readonly eventSources: CfnEventSourceMapping[];
  readonly deadLetterQueue: IQueue;
  readonly isolation: WriterIsolation;
}

/** Answers what the rule packs find, each on the one resource that it is true of. */
export function acknowledgeFindings({ writer, roles, eventSources, deadLetterQueue, isolation }: FoundParts): void {
  for (const role of roles) {
    acknowledge(
      role.node.findChild('DefaultPolicy'),
      all,
      'IAMNoInlinePolicy',
      'The policy names resources of this path only and is of use to no other role: a managed policy could be attached elsewhere.',
    );
  }
  acknowledge(
    writer,
    all,
    'LambdaInsideVPC',
    `Outside a VPC nothing limits where the writer could send to. Accepted, because it holds no secret, and its role may ${isolation._variant.permission}, take from its two queues, and log and trace.`,
  );
  acknowledge(
    writer,
    ['HIPAA.Security', 'NIST.800.53.R5'],
    'LambdaConcurrency',
    'The two event sources are the only callers and each has a limit of its own (maxConcurrency); a reservation would take the same number from the account for good.',
  );
  acknowledge(
    writer,
    ['HIPAA.Security', 'NIST.800.53.R5', 'Serverless'],
    'LambdaDLQ',
    "Such a queue is for asynchronous calls. The event sources call synchronously, and what fails ends in the path's dead-letter queue.",
  );
  for (const eventSource of eventSources) {
    acknowledge(
      eventSource,
      ['Serverless'],
      'LambdaEventSourceMappingDestination',
      'Event sources of SQS have no failure destination: failed messages stay in the queue, whose redrive policy moves them to the next one.',
    );
  }
  acknowledge(deadLetterQueue, ['Serverless'], 'SQSRedrivePolicy', 'This is the dead-letter queue: nothing reads it but people.');
}
