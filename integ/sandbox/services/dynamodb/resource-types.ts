import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, PropertySupport, ResourceType } from '../../contracts';

const NO_CAPACITY: PropertySupport = 'template only: the engine counts capacity units and never throttles';
const NOT_ENCRYPTED: PropertySupport = 'template only: the engine does not encrypt what it stores';
const NO_TAGS: PropertySupport = 'template only: the engine has no tags';
const NO_BACKUP: PropertySupport = 'AWS only: there are no backups here';
const NO_INSIGHTS: PropertySupport = 'AWS only: there is no Contributor Insights here';
const NO_KINESIS: PropertySupport = 'AWS only: there is no Kinesis here';
const NOT_WARMED: PropertySupport = 'AWS only: there are no partitions to warm here';
const NO_PRICE: PropertySupport = 'template only: a matter of price and storage';
const NO_IMPORT: PropertySupport = 'AWS only: nothing is imported from a bucket here, the table begins empty';
const ONE_REGION: PropertySupport = 'AWS only: there is one Region here';
const POLICY_NOT_EVALUATED: PropertySupport = 'template only: this resource policy is not evaluated';

// What tables and replicas have alike.
const INSIGHTS = 'ContributorInsightsSpecification.{Enabled,Mode}';
const RECOVERY = 'PointInTimeRecoverySpecification.{PointInTimeRecoveryEnabled,RecoveryPeriodInDays}';
const KINESIS = 'KinesisStreamSpecification.{ApproximateCreationDateTimePrecision,StreamArn}';
/** The throughput of a global table and its indexes in all Regions, and that of a replica and its indexes. */
const ANYWHERE = '{,GlobalSecondaryIndexes.,Replicas.,Replicas.GlobalSecondaryIndexes.}';
const SCALED_WRITES = '{,GlobalSecondaryIndexes.}WriteProvisionedThroughputSettings.WriteCapacityAutoScalingSettings';
const SCALED_READS = 'Replicas.{,GlobalSecondaryIndexes.}ReadProvisionedThroughputSettings.ReadCapacityAutoScalingSettings';
const CAPACITY = '{MaxCapacity,MinCapacity,SeedCapacity}';
const TRACKING = 'TargetTrackingScalingPolicyConfiguration.{DisableScaleIn,ScaleInCooldown,ScaleOutCooldown,TargetValue}';

const arn = (of: Identity) => `arn:aws:dynamodb:${of.region}:${of.account}:table/${of.name('TableName', 255)}`;

/** What a stream is called before it runs; then it gets the engine's label. */
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
  reason: 'a table of DynamoDB Local',
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
  reason: 'a table of DynamoDB Local, in the one Region of its one replica',
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
