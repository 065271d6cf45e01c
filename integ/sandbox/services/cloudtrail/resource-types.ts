import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

export const TRAIL = 'AWS::CloudTrail::Trail';

const nameOf = (of: Identity): string => of.name('TrailName', 128);

export const trailType: ResourceType = {
  type: TRAIL,
  support: 'runs',
  reason:
    'events of the calls that came through the endpoint and that the selectors select, as files in the bucket, with a signed digest each hour',
  properties: supported(
    ['runs', 'TrailName IsLogging EnableLogFileValidation S3BucketName S3KeyPrefix AdvancedEventSelectors.Name'],
    [
      'runs',
      'AdvancedEventSelectors.FieldSelectors.{Field,Equals,NotEquals,StartsWith,NotStartsWith,EndsWith,NotEndsWith}',
      'EventSelectors.{IncludeManagementEvents,ReadWriteType} EventSelectors.DataResources.{Type,Values}',
    ],
    ['evaluated', 'KMSKeyId'],
    ['template only: the sandbox is one Region, in which global services are, too', 'IsMultiRegionTrail IncludeGlobalServiceEvents'],
    ['AWS only: the sandbox finds no unusual activity', 'InsightSelectors.{InsightType,EventCategories}'],
    ['AWS only: events are delivered to the bucket alone', 'CloudWatchLogsLogGroupArn CloudWatchLogsRoleArn SnsTopicName'],
    ['template only: the sandbox has one account', 'IsOrganizationTrail'],
    [
      'template only: a setting of the selectors of KMS and RDS, whose calls the sandbox does not record',
      'EventSelectors.ExcludeManagementEventSources',
    ],
    ['template only: the sandbox aggregates no events', 'AggregationConfigurations.{EventCategory,Templates}'],
    ['template only: the sandbox does not read tags', 'Tags'],
  ),
  ref: nameOf,
  attributes: { Arn: (of) => `arn:aws:cloudtrail:${of.region}:${of.account}:trail/${nameOf(of)}` },
};
