import { members, supported, uuid } from '../../assembly/resource-types';
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

const KEY = ['AttributeName', 'KeyType'];
const PROJECTION = ['NonKeyAttributes', 'ProjectionType'];
const WARM = ['ReadUnitsPerSecond', 'WriteUnitsPerSecond'];
const INSIGHTS = ['Enabled', 'Mode'];
const RECOVERY = ['PointInTimeRecoveryEnabled', 'RecoveryPeriodInDays'];
const KINESIS = ['ApproximateCreationDateTimePrecision', 'StreamArn'];
const ON_DEMAND = ['MaxReadRequestUnits', 'MaxWriteRequestUnits'];
const PROVISIONED = ['ReadCapacityUnits', 'WriteCapacityUnits'];
const SCALING = ['MaxCapacity', 'MinCapacity', 'SeedCapacity'];
const TRACKING = ['DisableScaleIn', 'ScaleInCooldown', 'ScaleOutCooldown', 'TargetValue'];

const arn = (of: Identity) => `arn:aws:dynamodb:${of.region}:${of.account}:table/${of.name('TableName', 255)}`;

/** What a stream is called before it runs; then it gets the engine's label. */
const streamArn = (of: Identity) => `${arn(of)}/stream/2000-01-01T00:00:00.000`;

const common: Record<string, PropertySupport> = {
  TableName: 'runs',
  ...members('AttributeDefinitions', 'runs', ['AttributeName', 'AttributeType']),
  ...members('KeySchema', 'runs', KEY),
  BillingMode: NO_CAPACITY,
  ...members('WarmThroughput', NOT_WARMED, WARM),
  'LocalSecondaryIndexes.IndexName': 'runs',
  ...members('LocalSecondaryIndexes.KeySchema', 'runs', KEY),
  ...members('LocalSecondaryIndexes.Projection', 'runs', PROJECTION),
  'GlobalSecondaryIndexes.IndexName': 'runs',
  ...members('GlobalSecondaryIndexes.KeySchema', 'runs', KEY),
  ...members('GlobalSecondaryIndexes.Projection', 'runs', PROJECTION),
  ...members('GlobalSecondaryIndexes.WarmThroughput', NOT_WARMED, WARM),
  'StreamSpecification.StreamViewType': 'runs',
  'TimeToLiveSpecification.AttributeName': 'runs',
  'TimeToLiveSpecification.Enabled': 'runs',
  'SSESpecification.SSEEnabled': NOT_ENCRYPTED,
  'SSESpecification.SSEType': NOT_ENCRYPTED,
};

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
    ),
    ...common,
    ...members('ProvisionedThroughput', NO_CAPACITY, PROVISIONED),
    ...members('OnDemandThroughput', NO_CAPACITY, ON_DEMAND),
    ...members('GlobalSecondaryIndexes.ProvisionedThroughput', NO_CAPACITY, PROVISIONED),
    ...members('GlobalSecondaryIndexes.OnDemandThroughput', NO_CAPACITY, ON_DEMAND),
    ...members('GlobalSecondaryIndexes.ContributorInsightsSpecification', NO_INSIGHTS, INSIGHTS),
    ...members('PointInTimeRecoverySpecification', NO_BACKUP, RECOVERY),
    ...members('ContributorInsightsSpecification', NO_INSIGHTS, INSIGHTS),
    ...members('KinesisStreamSpecification', NO_KINESIS, KINESIS),
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
    ),
    ...common,
    ...throughput(''),
    ...throughput('GlobalSecondaryIndexes.'),
    ...replicaThroughput('Replicas.'),
    ...members('Replicas.GlobalSecondaryIndexes.ContributorInsightsSpecification', NO_INSIGHTS, INSIGHTS),
    ...replicaThroughput('Replicas.GlobalSecondaryIndexes.'),
    ...members('Replicas.PointInTimeRecoverySpecification', NO_BACKUP, RECOVERY),
    ...members('Replicas.ContributorInsightsSpecification', NO_INSIGHTS, INSIGHTS),
    ...members('Replicas.KinesisStreamSpecification', NO_KINESIS, KINESIS),
  },
  ref: (of) => of.name('TableName', 255),
  attributes: { Arn: arn, StreamArn: streamArn, TableId: (of) => uuid(of.token(32)) },
};

/** What a global table, or an index of it, says of its throughput in all Regions. */
function throughput(prefix: string): Record<string, PropertySupport> {
  return {
    [`${prefix}ReadOnDemandThroughputSettings.MaxReadRequestUnits`]: NO_CAPACITY,
    [`${prefix}ReadProvisionedThroughputSettings.ReadCapacityUnits`]: NO_CAPACITY,
    [`${prefix}WriteOnDemandThroughputSettings.MaxWriteRequestUnits`]: NO_CAPACITY,
    ...autoScaling(`${prefix}WriteProvisionedThroughputSettings.WriteCapacityAutoScalingSettings`),
  };
}

/** What a replica, or an index of it, says of its own throughput. */
function replicaThroughput(prefix: string): Record<string, PropertySupport> {
  return {
    [`${prefix}ReadOnDemandThroughputSettings.MaxReadRequestUnits`]: NO_CAPACITY,
    [`${prefix}ReadProvisionedThroughputSettings.ReadCapacityUnits`]: NO_CAPACITY,
    ...autoScaling(`${prefix}ReadProvisionedThroughputSettings.ReadCapacityAutoScalingSettings`),
  };
}

function autoScaling(property: string): Record<string, PropertySupport> {
  return {
    ...members(property, NO_CAPACITY, SCALING),
    ...members(`${property}.TargetTrackingScalingPolicyConfiguration`, NO_CAPACITY, TRACKING),
  };
}
