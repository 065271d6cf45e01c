import type { Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { resourceKeyUse } from '../core/private/key-use';
import { logAccess, PRIVATE_BUCKET } from '../core/private/private-bucket';
import type { Retained } from '../core/private/retained';
import { acknowledge, acknowledgeWildcard } from '../core/private/rule-packs';

/** How the audit is kept. */
export interface AuditBucketProps extends Retained {
  /** How long nobody without a special permission can delete an entry, and nobody at all a closing record. */
  readonly retention: Duration;
}

/** All objects of the audit, and the closing records among them. */
const ENTRIES = 'audit/*';
const CLOSING_RECORDS = 'audit/*/closing-*';

/**
 * Creates the bucket of the audit as the child `AuditBucket`, with its access log beside it. Objects are locked in governance mode from the
 * moment they are written, and an object that is there cannot be replaced, whoever writes.
 */
export function createAuditBucket(scope: Construct, { encryptionKey, removalPolicy, retention }: AuditBucketProps): Bucket {
  const bucket = new Bucket(scope, 'AuditBucket', {
    encryption: BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: true,
    ...PRIVATE_BUCKET,
    objectLockDefaultRetention: ObjectLockRetention.governance(retention),
    removalPolicy,
  });
  bucket.addToResourcePolicy(
    // Documented: "Enforce conditional writes on Amazon S3 buckets" (Amazon S3 User Guide). Object Lock alone would allow new versions.
    new PolicyStatement({
      sid: 'OnlyNewObjects',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: { Null: { 's3:if-none-match': 'true' } },
    }),
  );
  logAccess(bucket, bucket, { of: 'the audit', expiration: retention, removalPolicy });
  acknowledge(
    bucket,
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3BucketReplicationEnabled',
    'Locked objects cannot be lost by a mistake or by a stolen credential. A copy in another account or Region is decided for a whole platform.',
  );
  return bucket;
}

/** Allows a role to add entries, and to read what they continue. It cannot delete, replace or unlock anything. */
export function allowEntries(role: Role, bucket: IBucket): void {
  const entries = bucket.arnForObjects(ENTRIES);
  const statements = [
    new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [entries] }),
    ...resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  const reason = 'The wildcard comes after the folder of the audit. Periods and tenants are not known here.';
  acknowledgeWildcard(role.node.findChild('DefaultPolicy'), entries, reason);
}

/** Allows a role to add entries and closing records, and to read what they continue. It cannot delete, replace or unlock anything. */
export function allowAudit(role: Role, bucket: IBucket): void {
  const closing = bucket.arnForObjects(CLOSING_RECORDS);
  allowEntries(role, bucket);
  const statements = [
    new PolicyStatement({
      actions: ['s3:PutObjectRetention'],
      resources: [closing],
      conditions: { StringEquals: { 's3:object-lock-mode': 'COMPLIANCE' } },
    }),
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': ENTRIES } },
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  const reason = 'The wildcards stand for the period and the number of a closing record.';
  acknowledgeWildcard(role.node.findChild('DefaultPolicy'), closing, reason);
}
