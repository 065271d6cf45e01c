import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';

/** An AuditTrail that is created in this app, or imported. */
export interface IAuditTrail extends IConstruct {
  /** Name of the trail. */
  readonly trailName: string;
  /** The bucket to which CloudTrail delivers events, in `AWSLogs/`. */
  readonly bucket: IBucket;
  /** The bucket of the results of queries, in `results/`. */
  readonly resultsBucket: IBucket;
  /** Name of the database in the AWS Glue Data Catalog. Its table is `events`. */
  readonly databaseName: string;
  /** Name of the workgroup of Athena. */
  readonly workgroupName: string;
}

/** Attributes of an AuditTrail that is created in another stack or app. */
export interface AuditTrailAttributes {
  /** Name of the trail. */
  readonly trailName: string;
  /** ARN of the bucket to which CloudTrail delivers events. */
  readonly bucketArn: string;
  /** ARN of the bucket of the results of queries. */
  readonly resultsBucketArn: string;
  /** Name of the database in the AWS Glue Data Catalog. */
  readonly databaseName: string;
  /** Name of the workgroup of Athena. */
  readonly workgroupName: string;
  /**
   * The key that encrypts both buckets; grants include its use. A key, not an alias.
   *
   * @default - grants do not include the use of the key
   */
  readonly encryptionKey?: IKey;
}
