import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { acknowledge, REGULATED } from '../core/private/rule-packs';

/** The parts of a path, besides its writer, that have findings. */
export interface FoundParts {
  readonly apiRole: IRole;
  readonly eventSources: CfnEventSourceMapping[];
  readonly deadLetterQueue: IQueue;
}

/** Acknowledges the findings of rule packs, each on the resource that it is about. */
export function acknowledgeFindings({ apiRole, eventSources, deadLetterQueue }: FoundParts): void {
  acknowledge(
    apiRole.node.findChild('DefaultPolicy'),
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy is for this one role and names resources of this path only. A managed policy could be attached elsewhere.',
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
