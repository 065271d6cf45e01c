import { type IRole, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { grantTableKey } from '../core/private/ingest-grant';
import { grantOwnKeys } from '../core/private/own-keys-grant';
import { roleFor } from '../core/private/role-policy';
import type { LakeErasure } from '../lake-erasure';
import { type ITenantRole, TenantBucketGrants } from '../tenancy';
import type { ITenantDirectory } from '../tenant-directory';
import type { ITenantTable } from '../tenant-table';
import { REMOVALS_PARTITION } from './settings';
import type { TenantFolder } from './tenant-folder';

/** Allows the function's role to read the records of tenants, and to keep those of removals. */
export function allowRecords(role: IRole, { table, grants }: ITenantDirectory): void {
  grants.readTenants(role);
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['dynamodb:PutItem', 'dynamodb:Query'],
      resources: [table.tableArn],
      // `ForAllValues` is true if the condition key is missing, so it must also be present.
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [REMOVALS_PARTITION] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    }),
  );
  grantTableKey(table, role, 'write');
}

/** Allows the function's role to find the keys of items of a table, and nothing else of them. */
export function allowKeys(role: Role, { table, partitionKeyName, sortKeyName }: ITenantTable): void {
  const keys = [partitionKeyName, ...(sortKeyName === undefined ? [] : [sortKeyName])];
  // Documented: "Using IAM policy conditions for fine-grained access control" in the DynamoDB Developer Guide: with these two conditions,
  // a request that would return another attribute is denied.
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['dynamodb:Scan'],
      resources: [table.tableArn],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': keys },
        StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
        Null: { 'dynamodb:Attributes': 'false' },
      },
    }),
  );
  grantTableKey(table, role, 'read');
}

/** Allows a session of a tenant to delete the items of this tenant. */
export function allowItems({ role, tenancy }: ITenantRole, { table }: ITenantTable): void {
  grantOwnKeys(table, { role, principalTagKey: tenancy.principalTagKey }, ['DeleteItem'], [table.tableArn]);
  grantTableKey(table, roleFor(role, table), 'write');
}

/** Allows a session of a tenant to remove the objects of this tenant. */
export function allowObjects(tenants: ITenantRole, { bucket, prefix }: TenantFolder): void {
  TenantBucketGrants.fromBucket(bucket).tenantRemove(tenants, prefix);
}

/** Allows the function's role to have the rows of a lake erased. */
export function allowErasure(role: Role, erasure: LakeErasure): void {
  erasure.grants.start(role);
}

/** Allows the function's role to have the state of a sync removed. */
export function allowRemoval(role: Role, remove: IFunction): void {
  // `grantInvoke` would also allow all versions and aliases, of which there are none.
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [remove.functionArn] }));
}
