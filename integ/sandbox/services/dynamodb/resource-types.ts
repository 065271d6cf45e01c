import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, PropertySupport, ResourceType } from '../../contracts';

const NO_CAPACITY: PropertySupport = 'template only: the engine counts capacity units but never throttles';
const NOT_ENCRYPTED: PropertySupport = 'template only: the engine does not encrypt data';
const NO_TAGS: PropertySupport = 'template only: the engine has no tags';
const NO_BACKUP: PropertySupport = 'template only: the sandbox has exports, but no backups';
const NO_INSIGHTS: PropertySupport = 'AWS only: the sandbox has no Contributor Insights';
const NO_KINESIS: PropertySupport = 'AWS only: the sandbox has no Kinesis Data Streams';
const NOT_WARMED: PropertySupport = 'AWS only: the engine has no partitions to warm';
const NO_PRICE: PropertySupport = 'template only: it affects price and storage';
const NO_IMPORT: PropertySupport = 'AWS only: the sandbox does not import from a bucket, and the table starts empty';
const ONE_REGION: PropertySupport = 'AWS only: the sandbox has one Region';
const POLICY_NOT_EVALUATED: PropertySupport = 'template only: this resource policy is not evaluated';

// Settings that tables and replicas share.
const INSIGHTS = 'ContributorInsightsSpecification.{Enabled,Mode}';
const RECOVERY = 'PointInTimeRecoverySpecification.{PointInTimeRecoveryEnabled,RecoveryPeriodInDays}';
const KINESIS = 'KinesisStreamSpecification.{ApproximateCreationDateTimePrecision,StreamArn}';
/** A global table and its indexes, and a replica and its indexes. */
const ANYWHERE = '{,GlobalSecondaryIndexes.,Replicas.,Replicas.GlobalSecondaryIndexes.}';
const SCALED_WRITES = '{,GlobalSecondaryIndexes.}WriteProvisionedThroughputSettings.WriteCapacityAutoScalingSettings';
const SCALED_READS = 'Replicas.{,GlobalSecondaryIndexes.}ReadProvisionedThroughputSettings.ReadCapacityAutoScalingSettings';
const CAPACITY = '{MaxCapacity,MinCapacity,SeedCapacity}';
const TRACKING = 'TargetTrackingScalingPolicyConfiguration.{DisableScaleIn,ScaleInCooldown,ScaleOutCooldown,TargetValue}';

const arn = (of: Identity) => `arn:aws:dynamodb:${of.region}:${of.account}:table/${of.name('TableName', 255)}`;

/** The ARN of a stream until the table is created, which replaces it with the engine's label. */
const streamArn = (of: Identity) => `${arn(of)}/stream/2000-01-01T00:00:00.000`;

const common = supported(
  [
    'runs',
    'TableName AttributeDefinitions.{AttributeName,AttributeType} {,LocalSecondaryIndexes.,GlobalSecondaryIndexes.}KeySchema.{AttributeName,KeyType}',
    '{Local,Global}SecondaryIndexes.IndexName {Local,Global}SecondaryIndexes.Projection.{NonKeyAttributes,ProjectionType}',
    'StreamSpecification.StreamViewType TimeToLiveSpecification.{AttributeName,Enabled}',
  ],
  [NO_CAPACITY, 'BillingMode'],
  [NOT_WARMED, '{,GlobalSecondaryIndexes.}WarmThroughput.{ReadUnitsPerSecond,WriteUnitsPerSecond}'],
  [NOT_ENCRYPTED, 'SSESpecification.{SSEEnabled,SSEType}'],
);

export const tableType: ResourceType = {
  type: 'AWS::DynamoDB::Table',
  support: 'runs',
  reason: 'a table in DynamoDB Local',
  properties: {
    ...supported(
      ['runs', 'DeletionProtectionEnabled'],
      ['evaluated', 'SSESpecification.KMSMasterKeyId ResourcePolicy.PolicyDocument'],
      [POLICY_NOT_EVALUATED, 'StreamSpecification.ResourcePolicy.PolicyDocument'],
      [NO_TAGS, 'StreamSpecification.Tags Tags'],
      [NO_PRICE, 'TableClass'],
      [
        NO_IMPORT,
        'ImportSourceSpecification.{InputCompressionType,InputFormat}',
        'ImportSourceSpecification.InputFormatOptions.Csv.{Delimiter,HeaderList}',
        'ImportSourceSpecification.S3BucketSource.{S3Bucket,S3BucketOwner,S3KeyPrefix}',
      ],
      [
        NO_CAPACITY,
        '{,GlobalSecondaryIndexes.}ProvisionedThroughput.{ReadCapacityUnits,WriteCapacityUnits}',
        '{,GlobalSecondaryIndexes.}OnDemandThroughput.{MaxReadRequestUnits,MaxWriteRequestUnits}',
      ],
      [NO_INSIGHTS, `{,GlobalSecondaryIndexes.}${INSIGHTS}`],
      [NO_BACKUP, RECOVERY],
      [NO_KINESIS, KINESIS],
    ),
    ...common,
  },
  ref: (of) => of.name('TableName', 255),
  attributes: { Arn: arn, StreamArn: streamArn },
};

export const globalTableType: ResourceType = {
  type: 'AWS::DynamoDB::GlobalTable',
  support: 'runs',
  reason: 'a table in DynamoDB Local, with one replica in one Region',
  properties: {
    ...supported(
      [ONE_REGION, 'GlobalTableWitnesses.Region GlobalTableSourceArn MultiRegionConsistency Replicas.GlobalTableSettingsReplicationMode'],
      ['runs', 'Replicas.{Region,DeletionProtectionEnabled} Replicas.GlobalSecondaryIndexes.IndexName'],
      ['evaluated', 'Replicas.SSESpecification.KMSMasterKeyId'],
      [POLICY_NOT_EVALUATED, 'Replicas.ResourcePolicy.PolicyDocument Replicas.ReplicaStreamSpecification.ResourcePolicy.PolicyDocument'],
      [NO_TAGS, 'Replicas.ReplicaStreamSpecification.Tags Replicas.Tags'],
      [NO_PRICE, 'Replicas.TableClass'],
      [
        NO_CAPACITY,
        `${ANYWHERE}ReadOnDemandThroughputSettings.MaxReadRequestUnits ${ANYWHERE}ReadProvisionedThroughputSettings.ReadCapacityUnits`,
        '{,GlobalSecondaryIndexes.}WriteOnDemandThroughputSettings.MaxWriteRequestUnits',
        ...[SCALED_WRITES, SCALED_READS].flatMap((settings) => [`${settings}.${CAPACITY}`, `${settings}.${TRACKING}`]),
      ],
      [NO_INSIGHTS, `Replicas.{,GlobalSecondaryIndexes.}${INSIGHTS}`],
      [NO_BACKUP, `Replicas.${RECOVERY}`],
      [NO_KINESIS, `Replicas.${KINESIS}`],
    ),
    ...common,
  },
  ref: (of) => of.name('TableName', 255),
  attributes: { Arn: arn, StreamArn: streamArn, TableId: (of) => uuid(of.token(32)) },
};
