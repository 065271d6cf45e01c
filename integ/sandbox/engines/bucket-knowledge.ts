import type { Identity, PropertyKnowledge, TypeKnowledge } from '../contracts';
import { members } from '../knowledge';

const NOTHING_EXPIRES = 'asserted only: no object expires or moves here';
const NO_LOGS = 'asserted only: no access log is delivered here';
const NO_BROWSER = 'asserted only: no browser asks the door';
const NOT_TOLD = 'needs AWS: nothing here is told of objects';
const NO_CLASSES = 'asserted only: the engine has one kind of storage';

const all = (standing: PropertyKnowledge, places: Readonly<Record<string, readonly string[]>>) =>
  Object.assign({}, ...Object.entries(places).map(([place, names]) => members(place, standing, names))) as Record<
    string,
    PropertyKnowledge
  >;

const notified = (kind: string, target: string) => ({
  [`NotificationConfiguration.${kind}`]: ['Event', target],
  [`NotificationConfiguration.${kind}.Filter.S3Key.Rules`]: ['Name', 'Value'],
});

export const bucketKnowledge: TypeKnowledge = {
  type: 'AWS::S3::Bucket',
  standing: 'run',
  reason: 'a bucket of MiniStack',
  properties: {
    BucketName: 'run',
    AccessControl: 'asserted only: access to the bucket itself comes from policies here',
    ...members('BucketEncryption.ServerSideEncryptionConfiguration', 'evaluated', ['BucketKeyEnabled']),
    ...members('BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault', 'evaluated', [
      'SSEAlgorithm',
      'KMSMasterKeyID',
    ]),
    ...members('VersioningConfiguration', 'run', ['Status']),
    ...members('PublicAccessBlockConfiguration', 'evaluated', [
      ...['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'],
    ]),
    ...members('OwnershipControls.Rules', 'run', ['ObjectOwnership']),
    ObjectLockEnabled: 'run',
    ...members('ObjectLockConfiguration', 'run', ['ObjectLockEnabled']),
    ...members('ObjectLockConfiguration.Rule.DefaultRetention', 'run', ['Days', 'Mode', 'Years']),
    ...members('Tags', 'run', ['Key', 'Value']),
    ...all(NOTHING_EXPIRES, {
      LifecycleConfiguration: ['TransitionDefaultMinimumObjectSize'],
      'LifecycleConfiguration.Rules': [
        ...['Id', 'Status', 'Prefix', 'ExpirationDate', 'ExpirationInDays', 'ExpiredObjectDeleteMarker', 'ObjectSizeGreaterThan'],
        ...['ObjectSizeLessThan', 'NoncurrentVersionExpirationInDays'],
      ],
      'LifecycleConfiguration.Rules.AbortIncompleteMultipartUpload': ['DaysAfterInitiation'],
      'LifecycleConfiguration.Rules.NoncurrentVersionExpiration': ['NewerNoncurrentVersions', 'NoncurrentDays'],
      'LifecycleConfiguration.Rules.NoncurrentVersionTransition': ['NewerNoncurrentVersions', 'StorageClass', 'TransitionInDays'],
      'LifecycleConfiguration.Rules.NoncurrentVersionTransitions': ['NewerNoncurrentVersions', 'StorageClass', 'TransitionInDays'],
      'LifecycleConfiguration.Rules.TagFilters': ['Key', 'Value'],
      'LifecycleConfiguration.Rules.Transition': ['StorageClass', 'TransitionDate', 'TransitionInDays'],
      'LifecycleConfiguration.Rules.Transitions': ['StorageClass', 'TransitionDate', 'TransitionInDays'],
    }),
    ...all(NO_CLASSES, {
      IntelligentTieringConfigurations: ['Id', 'Prefix', 'Status'],
      'IntelligentTieringConfigurations.TagFilters': ['Key', 'Value'],
      'IntelligentTieringConfigurations.Tierings': ['AccessTier', 'Days'],
    }),
    ...all(NO_LOGS, {
      LoggingConfiguration: ['DestinationBucketName', 'LogFilePrefix'],
      'LoggingConfiguration.TargetObjectKeyFormat': ['SimplePrefix'],
      'LoggingConfiguration.TargetObjectKeyFormat.PartitionedPrefix': ['PartitionDateSource'],
    }),
    ...all(NO_BROWSER, {
      'CorsConfiguration.CorsRules': ['AllowedHeaders', 'AllowedMethods', 'AllowedOrigins', 'ExposedHeaders', 'Id', 'MaxAge'],
    }),
    ...all('asserted only: nothing here keeps metrics', {
      MetricsConfigurations: ['AccessPointArn', 'Id', 'Prefix'],
      'MetricsConfigurations.TagFilters': ['Key', 'Value'],
    }),
    ...all(NOT_TOLD, {
      'NotificationConfiguration.EventBridgeConfiguration': ['EventBridgeEnabled'],
      ...notified('LambdaConfigurations', 'Function'),
      ...notified('QueueConfigurations', 'Queue'),
      ...notified('TopicConfigurations', 'Topic'),
    }),
  },
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
