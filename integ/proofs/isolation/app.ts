import { App, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import {
  AppKey,
  IndexWriters,
  KeyTemplate,
  LakeColumn,
  LakeSource,
  StreamingDataLake,
  Tenancy,
  TenantBucketGrants,
  TenantRole,
  TenantTable,
  Tier,
} from '../../../src';
import { indexKinds } from '../../constructs/fixtures/index-kinds';

/**
 * A small app with everything that the library grants to tenants' sessions: a table with one index of each kind, files, a lake, a role for
 * services and one for a writer. Its tenants are called clubs, so that no proof can depend on a name. The last table belongs to no tenant.
 */
const app = new App();
const stack = new Stack(app, 'Clubs');
const tenancy = Tenancy.of('club', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const table = new TenantTable(stack, 'Data', {
  tenancy,
  indexes: Object.values(indexKinds({ IndexWriters, KeyTemplate })),
});
const files = new Bucket(stack, 'Files', {
  encryption: BucketEncryption.KMS,
  encryptionKey: AppKey.of(stack),
  enforceSSL: true,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
});
const lake = new StreamingDataLake(stack, 'Lake', {
  ...{ source: LakeSource.tableStream(table), columns: [LakeColumn.string('page')], name: 'clubs', tableName: 'notes' },
});
new Table(stack, 'Directory', { partitionKey: { name: 'pk', type: AttributeType.STRING } });

const service = new Role(stack, 'Service', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
const members = new TenantRole(stack, 'Members', { tenancy, sessionOpeners: [service] });
table.grants.tenantReadWrite(members);
TenantBucketGrants.fromBucket(files).tenantReadWrite(members, 'files/');
lake.grants.tenantRead(members);
lake.grants.queryAllTenants(new Role(stack, 'Reports', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));

const writer = new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
table.grants.tenantIngest(new TenantRole(stack, 'Inserts', { tenancy, sessionOpeners: [writer] }));
