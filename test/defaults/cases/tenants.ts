import type { Stack } from 'aws-cdk-lib';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  type ITenantUserPool,
  KeyTemplate,
  TenantDirectory,
  type TenantDirectoryProps,
  TenantFolder,
  type TenantIndex,
  TenantRemoval,
  type TenantRemovalProps,
  TenantRole,
  TenantTable,
  type TenantTableAttributes,
  type TenantTableProps,
  TenantUserPool,
  TenantUserPoolAlarms,
  type TenantUserPoolAttributes,
  TenantUserPoolMetrics,
  type TenantUserPoolProps,
} from '../../../src';
import { testStack } from '../../synth';
import { tenancy } from '../../tenant-isolated-api/fixtures';
import { tenantRemoval } from '../../tenant-removal/fixtures';
import { userPool } from '../../tenant-user-pool/fixtures';

import { all, type Case, define, has, keptAsScopeSays, lacks, none, variables } from './case';

function indexed(stack: Stack, index: Partial<TenantIndex>): TenantTable {
  const others = { name: 'byCourse', partitionKey: 'gsi1pk', partitionKeyTemplate: KeyTemplate.of('{tenant}#COURSE#{body.course}') };
  const table = new TenantTable(stack, 'Data', { tenancy, indexes: [{ ...others, ...index }] });
  table.grants.tenantReadWrite(openedRole(stack));
  return table;
}

function openedRole(scope: Construct): TenantRole {
  return new TenantRole(scope, 'Tenants', { tenancy, sessionOpeners: [new ArnPrincipal('arn:aws:iam::123456789012:role/portal')] });
}

function imported(stack: Stack, attributes: Partial<TenantTableAttributes>) {
  const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1');
  const tableArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/Data';
  const table = TenantTable.fromTenantTableAttributes(stack, 'Data', { tableArn, encryptionKey, tenancy, ...attributes });
  table.grants.tenantReadWrite(openedRole(stack));
  return table;
}

function indexesOf(stack: Stack): { readonly KeySchema: object[] }[] {
  return all(stack, 'AWS::DynamoDB::Table').flatMap(
    ({ GlobalSecondaryIndexes }) => GlobalSecondaryIndexes as { readonly KeySchema: object[] }[],
  );
}

/** By the name of the interface. */
export const TENANTS: Readonly<Record<string, Case>> = {
  TenantDirectoryProps: define<TenantDirectoryProps>({
    create: (stack, props) => new TenantDirectory(stack, 'Directory', { tenancy, ...props }),
  }),
  TenantRemovalProps: define<TenantRemovalProps>({
    create: (stack, props) => tenantRemoval(stack, props),
    described: {
      tables: () => {
        const other = testStack();
        const folders = [TenantFolder.inBucket(Bucket.fromBucketName(other, 'Files', 'files'))];
        new TenantRemoval(other, 'Removal', { directory: new TenantDirectory(other, 'Directory', { tenancy }), folders });
        expect(variables(other).TABLES).toBe('[]');
      },
      folders: (stack) => expect(variables(stack).FOLDERS).toBe('[]'),
      lakes: (stack) => expect(variables(stack).LAKES).toBe('[]'),
      syncs: (stack) => expect(variables(stack).SYNCS).toBe('[]'),
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => tenantRemoval(other));
      },
    },
  }),
  TenantIndex: define<TenantIndex>({
    create: indexed,
    described: {
      attributes: (stack) => expect(indexesOf(stack)).toEqual([expect.objectContaining({ Projection: { ProjectionType: 'ALL' } })]),
      sortKey: (stack) => expect(indexesOf(stack)[0].KeySchema).toEqual([{ AttributeName: 'gsi1pk', KeyType: 'HASH' }]),
      partitionKey: () => {
        const stack = testStack();
        new TenantTable(stack, 'Data', { tenancy, indexes: [{ name: 'byScore', sortKey: 'score' }] });
        expect(indexesOf(stack)[0].KeySchema).toContainEqual({ AttributeName: 'pk', KeyType: 'HASH' });
      },
      partitionKeyTemplate: () => {
        expect(() => indexed(testStack(), { partitionKeyTemplate: undefined })).toThrow(/partitionKeyTemplate/);
      },
    },
  }),
  TenantRoleProps: define({
    create: (stack, props) =>
      new TenantRole(stack, 'Tenants', { tenancy, ...props }).grants.openSessions(
        new ArnPrincipal('arn:aws:iam::123456789012:role/portal'),
      ),
  }),
  TenantTableAttributes: define<TenantTableAttributes>({
    create: imported,
    described: {
      tableStreamArn: (_, { table }: TenantTable) => expect(table.tableStreamArn).toBeUndefined(),
      timeToLive: (_, { timeToLive }: TenantTable) => expect(timeToLive).toBeUndefined(),
    },
  }),
  TenantTableProps: define<TenantTableProps>({
    create: (stack, props) => new TenantTable(stack, 'Data', { tenancy, ...props }),
    described: {
      timeToLive: (stack, { timeToLive }: TenantTable) => {
        expect(timeToLive).toBeUndefined();
        has('AWS::DynamoDB::Table', { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } })(stack);
      },
    },
  }),
  TenantUserPoolAttributes: define<TenantUserPoolAttributes>({
    create: (stack, attributes) => {
      const directory = new TenantDirectory(stack, 'Directory', { tenancy });
      const own = { userPoolId: 'eu-west-1_a1b2c3', clientIds: ['a1b2c3'], directory };
      return TenantUserPool.fromTenantUserPoolAttributes(stack, 'Users', { ...own, ...attributes });
    },
    described: {
      triggerArn: (_, pool: ITenantUserPool) => {
        expect(() => TenantUserPoolMetrics.fromTenantUserPool(pool).metricDenied()).toThrow(/trigger/);
        expect(() => TenantUserPoolAlarms.fromTenantUserPool(pool).tokenFailures()).toThrow(/trigger/);
      },
    },
  }),
  TenantUserPoolProps: define<TenantUserPoolProps>({
    create: (stack, props) => userPool(stack, props),
    described: {
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => userPool(other));
      },

      domainPrefix: none('AWS::Cognito::UserPoolDomain'),
      encryptionKey: (stack) => {
        lacks('AWS::Cognito::UserPool', 'KeyConfiguration')(stack);
        const appKey = { 'Fn::GetAtt': [expect.stringMatching(/^AppKey/), 'Arn'] };
        expect(all(stack, 'AWS::Logs::LogGroup').map(({ KmsKeyId }) => KmsKeyId)).toEqual([appKey]);
      },
      name: (stack) => {
        lacks('AWS::Cognito::UserPool', 'UserPoolName')(stack);
        lacks('AWS::Logs::LogGroup', 'LogGroupName')(stack);
      },
    },
  }),
};
