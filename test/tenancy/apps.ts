import type { Stack } from 'aws-cdk-lib';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { TenantBucketGrants, TenantRole } from '../../src';
import { secureFunction } from '../secure-function/fixtures';
import { tenancy } from '../tenant-isolated-api/fixtures';

export function minimal(stack: Stack): void {
  new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [new ArnPrincipal('arn:aws:iam::123456789012:role/portal')] });
}

export function maximal(stack: Stack): void {
  const tenants = new TenantRole(stack, 'Tenants', { tenancy });
  tenants.grants.openSessions(secureFunction(stack));
  // Of another stack: what rule packs find in a bucket is its owner's.
  const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1');
  const bucket = (id: string) => Bucket.fromBucketAttributes(stack, id, { bucketName: id.toLowerCase(), encryptionKey });
  TenantBucketGrants.fromBucket(bucket('Files')).tenantReadWrite(tenants, 'files/');
  TenantBucketGrants.fromBucket(bucket('Reports')).tenantRead(tenants);
  TenantBucketGrants.fromBucket(bucket('Lake')).tenantLakeRead(tenants, 'lake/');
}
