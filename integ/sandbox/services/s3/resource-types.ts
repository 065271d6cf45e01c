import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const NO_TAGS = 'template only: the sandbox does not apply rules with tags';
const NO_LOGS = 'template only: the sandbox does not deliver access logs';
const NO_CORS = 'template only: the sandbox does not answer CORS requests of browsers';
const NO_NOTIFICATIONS =
  'AWS only: the sandbox sends the event notifications that PutBucketNotificationConfiguration sets, as providers of the CDK do';
const NO_CLASSES = 'template only: no rule of the sandbox moves objects between access tiers';

export const bucketType: ResourceType = {
  type: 'AWS::S3::Bucket',
  support: 'runs',
  reason: 'a bucket in MiniStack, with event notifications to functions and queues',
  properties: supported(
    [
      'runs',
      'BucketName ObjectLockEnabled VersioningConfiguration.Status OwnershipControls.Rules.ObjectOwnership',
      'ObjectLockConfiguration.ObjectLockEnabled ObjectLockConfiguration.Rule.DefaultRetention.{Days,Mode,Years} Tags.{Key,Value}',
      'LifecycleConfiguration.TransitionDefaultMinimumObjectSize',
      'LifecycleConfiguration.Rules.{Id,Status,Prefix,ExpirationDate,ExpirationInDays,ExpiredObjectDeleteMarker}',
      'LifecycleConfiguration.Rules.{ObjectSizeGreaterThan,ObjectSizeLessThan,NoncurrentVersionExpirationInDays}',
      'LifecycleConfiguration.Rules.AbortIncompleteMultipartUpload.DaysAfterInitiation',
      'LifecycleConfiguration.Rules.NoncurrentVersionExpiration.{NewerNoncurrentVersions,NoncurrentDays}',
      'LifecycleConfiguration.Rules.NoncurrentVersionTransition{,s}.{NewerNoncurrentVersions,StorageClass,TransitionInDays}',
      'LifecycleConfiguration.Rules.Transition{,s}.{StorageClass,TransitionDate,TransitionInDays}',
    ],
    ['template only: in the sandbox only policies grant access to a bucket', 'AccessControl'],
    [
      'evaluated',
      'BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled',
      'BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.{SSEAlgorithm,KMSMasterKeyID}',
      'PublicAccessBlockConfiguration.{BlockPublicAcls,BlockPublicPolicy,IgnorePublicAcls,RestrictPublicBuckets}',
    ],
    [NO_TAGS, 'LifecycleConfiguration.Rules.TagFilters.{Key,Value}'],
    [
      NO_CLASSES,
      'IntelligentTieringConfigurations.{Id,Prefix,Status} IntelligentTieringConfigurations.TagFilters.{Key,Value}',
      'IntelligentTieringConfigurations.Tierings.{AccessTier,Days}',
    ],
    [
      NO_LOGS,
      'LoggingConfiguration.{DestinationBucketName,LogFilePrefix}',
      'LoggingConfiguration.TargetObjectKeyFormat.{SimplePrefix,PartitionedPrefix.PartitionDateSource}',
    ],
    [NO_CORS, 'CorsConfiguration.CorsRules.{AllowedHeaders,AllowedMethods,AllowedOrigins,ExposedHeaders,Id,MaxAge}'],
    ['runs', 'MetricsConfigurations.{Id,Prefix}'],
    [
      'template only: the sandbox counts no requests by access point or by tags of objects',
      'MetricsConfigurations.AccessPointArn MetricsConfigurations.TagFilters.{Key,Value}',
    ],
    [
      NO_NOTIFICATIONS,
      'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled',
      'NotificationConfiguration.LambdaConfigurations.Function NotificationConfiguration.QueueConfigurations.Queue',
      'NotificationConfiguration.TopicConfigurations.Topic NotificationConfiguration.{Lambda,Queue,Topic}Configurations.Event',
      'NotificationConfiguration.{Lambda,Queue,Topic}Configurations.Filter.S3Key.Rules.{Name,Value}',
    ],
  ),
  ref: bucketName,
  attributes: {
    Arn: (of) => `arn:aws:s3:::${bucketName(of)}`,
    DomainName: (of) => `${bucketName(of)}.s3.amazonaws.com`,
    DualStackDomainName: (of) => `${bucketName(of)}.s3.dualstack.${of.region}.amazonaws.com`,
    RegionalDomainName: (of) => `${bucketName(of)}.s3.${of.region}.amazonaws.com`,
    WebsiteURL: (of) => `http://${bucketName(of)}.s3-website-${of.region}.amazonaws.com`,
  },
};

function bucketName(of: Identity): string {
  return of.name('BucketName', 63).toLowerCase();
}

export const bucketPolicyType: ResourceType = {
  type: 'AWS::S3::BucketPolicy',
  support: 'evaluated',
  reason: 'the endpoint evaluates it for every call',
  properties: { Bucket: 'evaluated', PolicyDocument: 'evaluated' },
  ref: (of) => String(of.property('Bucket') ?? ''),
};
