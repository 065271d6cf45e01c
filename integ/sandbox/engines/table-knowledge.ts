import type { Identity, PropertyKnowledge, TypeKnowledge } from '../contracts';

const NO_CAPACITY: PropertyKnowledge = 'asserted only: the engine counts capacity units and never throttles';
const NOT_ENCRYPTED: PropertyKnowledge = 'asserted only: the engine does not encrypt what it stores';
const NO_TAGS: PropertyKnowledge = 'asserted only: the engine has no tags';
const NO_BACKUP: PropertyKnowledge = 'needs AWS: there are no backups here';
const NO_INSIGHTS: PropertyKnowledge = 'needs AWS: there is no Contributor Insights here';
const NO_KINESIS: PropertyKnowledge = 'needs AWS: there is no Kinesis here';
const NOT_WARMED: PropertyKnowledge = 'needs AWS: there are no partitions to warm here';
const NO_PRICE: PropertyKnowledge = 'asserted only: a matter of price and storage';
const ONE_REGION: PropertyKnowledge = 'needs AWS: there is one Region here';
const POLICY_NOT_EVALUATED: PropertyKnowledge = 'asserted only: this resource policy is not evaluated';

const arn = (of: Identity) => `arn:aws:dynamodb:${of.region}:${of.account}:table/${of.name('TableName', 255)}`;

/** What a stream is called before it runs; then it gets the engine's label. */
const streamArn = (of: Identity) => `${arn(of)}/stream/2000-01-01T00:00:00.000`;

const common: Record<string, PropertyKnowledge> = {
  TableName: 'run',
  AttributeDefinitions: 'run',
  KeySchema: 'run',
  BillingMode: NO_CAPACITY,
  WarmThroughput: NOT_WARMED,
  'LocalSecondaryIndexes.IndexName': 'run',
  'LocalSecondaryIndexes.KeySchema': 'run',
  'LocalSecondaryIndexes.Projection': 'run',
  'GlobalSecondaryIndexes.IndexName': 'run',
  'GlobalSecondaryIndexes.KeySchema': 'run',
  'GlobalSecondaryIndexes.Projection': 'run',
  'GlobalSecondaryIndexes.WarmThroughput': NOT_WARMED,
  'StreamSpecification.StreamViewType': 'run',
  'TimeToLiveSpecification.AttributeName': 'run',
  'TimeToLiveSpecification.Enabled': 'run',
  'SSESpecification.SSEEnabled': NOT_ENCRYPTED,
  'SSESpecification.SSEType': NOT_ENCRYPTED,
};

export const tableKnowledge: TypeKnowledge = {
  type: 'AWS::DynamoDB::Table',
  standing: 'run',
  reason: 'a table of DynamoDB Local',
  properties: {
    ...common,
    DeletionProtectionEnabled: 'run',
    ProvisionedThroughput: NO_CAPACITY,
    OnDemandThroughput: NO_CAPACITY,
    'GlobalSecondaryIndexes.ProvisionedThroughput': NO_CAPACITY,
    'GlobalSecondaryIndexes.OnDemandThroughput': NO_CAPACITY,
    'GlobalSecondaryIndexes.ContributorInsightsSpecification': NO_INSIGHTS,
    'SSESpecification.KMSMasterKeyId': 'evaluated',
    ResourcePolicy: 'evaluated',
    'StreamSpecification.ResourcePolicy': POLICY_NOT_EVALUATED,
    'StreamSpecification.Tags': NO_TAGS,
    TableClass: NO_PRICE,
    Tags: NO_TAGS,
    PointInTimeRecoverySpecification: NO_BACKUP,
    ContributorInsightsSpecification: NO_INSIGHTS,
    KinesisStreamSpecification: NO_KINESIS,
    ImportSourceSpecification: 'needs AWS: nothing is imported from a bucket here, the table begins empty',
  },
  ref: (of) => of.name('TableName', 255),
  attributes: { Arn: arn, StreamArn: streamArn },
};

export const globalTableKnowledge: TypeKnowledge = {
  type: 'AWS::DynamoDB::GlobalTable',
  standing: 'run',
  reason: 'a table of DynamoDB Local, in the one Region of its one replica',
  properties: {
    ...common,
    ReadOnDemandThroughputSettings: NO_CAPACITY,
    ReadProvisionedThroughputSettings: NO_CAPACITY,
    WriteOnDemandThroughputSettings: NO_CAPACITY,
    WriteProvisionedThroughputSettings: NO_CAPACITY,
    'GlobalSecondaryIndexes.ReadOnDemandThroughputSettings': NO_CAPACITY,
    'GlobalSecondaryIndexes.ReadProvisionedThroughputSettings': NO_CAPACITY,
    'GlobalSecondaryIndexes.WriteOnDemandThroughputSettings': NO_CAPACITY,
    'GlobalSecondaryIndexes.WriteProvisionedThroughputSettings': NO_CAPACITY,
    GlobalTableWitnesses: ONE_REGION,
    GlobalTableSourceArn: ONE_REGION,
    MultiRegionConsistency: ONE_REGION,
    'Replicas.Region': 'run',
    'Replicas.DeletionProtectionEnabled': 'run',
    'Replicas.SSESpecification': 'evaluated',
    'Replicas.ResourcePolicy': POLICY_NOT_EVALUATED,
    'Replicas.ReplicaStreamSpecification': POLICY_NOT_EVALUATED,
    'Replicas.ReadOnDemandThroughputSettings': NO_CAPACITY,
    'Replicas.ReadProvisionedThroughputSettings': NO_CAPACITY,
    'Replicas.GlobalSecondaryIndexes': NO_CAPACITY,
    'Replicas.GlobalTableSettingsReplicationMode': ONE_REGION,
    'Replicas.PointInTimeRecoverySpecification': NO_BACKUP,
    'Replicas.ContributorInsightsSpecification': NO_INSIGHTS,
    'Replicas.KinesisStreamSpecification': NO_KINESIS,
    'Replicas.TableClass': NO_PRICE,
    'Replicas.Tags': NO_TAGS,
  },
  ref: (of) => of.name('TableName', 255),
  attributes: { Arn: arn, StreamArn: streamArn, TableId: (of) => tableId(of.token(32)) },
};

/** In five groups, as the service writes it. */
function tableId(token: string): string {
  return [token.slice(0, 8), token.slice(8, 12), token.slice(12, 16), token.slice(16, 20), token.slice(20)].join('-');
}
