import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const nameOf = (of: Identity): string => of.name('Name', 64);
const STREAM = 'SourceParameters.DynamoDBStreamParameters';

export const PIPE = 'AWS::Pipes::Pipe';

export const pipeType: ResourceType = {
  type: PIPE,
  support: 'runs',
  reason: 'one reader of the stream or the queue, with the filters, the templates, the retries and the dead-letter queue of the template',
  properties: supported(
    [
      'runs',
      'Name RoleArn Source Target Enrichment DesiredState',
      'SourceParameters.FilterCriteria.Filters.Pattern',
      `${STREAM}.{BatchSize,MaximumBatchingWindowInSeconds,MaximumRecordAgeInSeconds,MaximumRetryAttempts,OnPartialBatchItemFailure,StartingPosition}`,
      `${STREAM}.DeadLetterConfig.Arn SourceParameters.SqsQueueParameters.{BatchSize,MaximumBatchingWindowInSeconds}`,
      'EnrichmentParameters.InputTemplate TargetParameters.InputTemplate',
      'LogConfiguration.Level LogConfiguration.CloudwatchLogsLogDestination.LogGroupArn',
    ],
    ['template only: a stream has one shard in the sandbox, and one batch is delivered at a time', `${STREAM}.ParallelizationFactor`],
    ['template only: the sandbox writes no data of records to logs', 'LogConfiguration.IncludeExecutionData'],
    ['template only: the sandbox does not encrypt the settings of a pipe', 'KmsKeyIdentifier'],
    ['template only: a description', 'Description'],
    ['template only: the sandbox does not read tags', 'Tags'],
  ),
  ref: nameOf,
  attributes: {
    Arn: (of) => `arn:aws:pipes:${of.region}:${of.account}:pipe/${nameOf(of)}`,
    CurrentState: (of) => String(of.property('DesiredState') ?? 'RUNNING'),
  },
};
