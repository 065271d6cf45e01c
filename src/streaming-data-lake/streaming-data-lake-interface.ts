import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import type { LakeLayout } from './lake-layout';

/** A StreamingDataLake that is created in this app, or imported. */
export interface IStreamingDataLake extends IConstruct {
  /** The bucket with files, quarantine and query results. */
  readonly bucket: IBucket;
  /** Name of the pipe that reads the source. */
  readonly pipeName: string;
  /** Name of the Firehose stream that stores the changes. */
  readonly deliveryStreamName: string;
  /** The queue of what the pipe could not send. A second pipe moves its messages to quarantine. */
  readonly deadLetterQueue: IQueue;
  /** Name of the source's table. */
  readonly sourceTableName: string;
  /** Name of the database in the AWS Glue Data Catalog. */
  readonly databaseName: string;
  /** Name of the table with all changes. */
  readonly tableName: string;
  /** Name of the workgroup of Athena. */
  readonly workgroupName: string;
  /** How the files are divided into folders. */
  readonly layout: LakeLayout;
  /** Noun of the tenants; the column that holds their ids. */
  readonly tenantNoun: string;
  /** The first year whose files queries read. */
  readonly firstYear: number;
  /** How long Firehose collects records before it writes a file. */
  readonly bufferInterval: Duration;
}

/** Attributes of a StreamingDataLake that is created in another stack or app. */
export interface StreamingDataLakeAttributes {
  /** ARN of the bucket. */
  readonly bucketArn: string;
  /** Name of the pipe that reads the source. */
  readonly pipeName: string;
  /** Name of the Firehose stream that stores the changes. */
  readonly deliveryStreamName: string;
  /** ARN of the dead-letter queue. */
  readonly deadLetterQueueArn: string;
  /** Name of the source's table. */
  readonly sourceTableName: string;
  /** Name of the database in the AWS Glue Data Catalog. */
  readonly databaseName: string;
  /** Name of the table with all changes. */
  readonly tableName: string;
  /** Name of the workgroup of Athena. */
  readonly workgroupName: string;
  /** How the files are divided into folders. */
  readonly layout: LakeLayout;
  /** Noun of the tenants; the column that holds their ids. */
  readonly tenantNoun: string;
  /** The `bufferInterval` of the lake, known at synthesis: the threshold of an alarm depends on it. */
  readonly bufferInterval: Duration;
  /**
   * The `firstYear` of the lake: the first year whose files queries read.
   *
   * @default 2026
   */
  readonly firstYear?: number;
  /**
   * The key that encrypts bucket and queue; grants on them include its use. A key, not an alias.
   *
   * @default - grants on bucket and queue do not include the use of their key
   */
  readonly encryptionKey?: IKey;
}
