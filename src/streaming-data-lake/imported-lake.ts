import type { Duration } from 'aws-cdk-lib';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { DURATION, having, KEY, NUMBER, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { importedQueue } from '../core/private/imported-queue';
import { FIRST_YEAR } from '../runtime/lake-years';
import type { LakeLayout } from './lake-layout';
import type { IStreamingDataLake, StreamingDataLakeAttributes } from './streaming-data-lake-interface';

/** A lake of another stack or app. It recommends no alarms by itself: its owner's stack has them. */
export class ImportedLake extends Construct implements IStreamingDataLake {
  public readonly bucket: IBucket;
  public readonly pipeName: string;
  public readonly deliveryStreamName: string;
  public readonly deadLetterQueue: IQueue;
  public readonly sourceTableName: string;
  public readonly bufferInterval: Duration;
  public readonly databaseName: string;
  public readonly tableName: string;
  public readonly workgroupName: string;
  public readonly layout: LakeLayout;
  public readonly tenantNoun: string;
  public readonly firstYear: number;

  constructor(scope: Construct, id: string, attributes: StreamingDataLakeAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { bucketArn, encryptionKey, bufferInterval } = attributes;
    if (bufferInterval.isUnresolved()) {
      invalid(
        this,
        'bufferInterval',
        bufferInterval,
        'a duration that is known at synthesis, because the threshold of an alarm depends on it',
      );
    }
    this.deadLetterQueue = importedQueue(this, 'DeadLetterQueue', attributes.deadLetterQueueArn, encryptionKey);
    this.bucket = Bucket.fromBucketAttributes(this, 'Bucket', { bucketArn, encryptionKey });
    this.pipeName = attributes.pipeName;
    this.deliveryStreamName = attributes.deliveryStreamName;
    this.sourceTableName = attributes.sourceTableName;
    this.bufferInterval = bufferInterval;
    this.databaseName = attributes.databaseName;
    this.tableName = attributes.tableName;
    this.workgroupName = attributes.workgroupName;
    this.layout = attributes.layout;
    this.tenantNoun = attributes.tenantNoun;
    this.firstYear = attributes.firstYear ?? FIRST_YEAR;
  }
}

const ATTRIBUTES: PropKinds<StreamingDataLakeAttributes> = {
  bucketArn: required(STRING),
  pipeName: required(STRING),
  deliveryStreamName: required(STRING),
  deadLetterQueueArn: required(STRING),
  sourceTableName: required(STRING),
  databaseName: required(STRING),
  tableName: required(STRING),
  workgroupName: required(STRING),
  layout: required(having<LakeLayout>('LakeLayout.perTenant() or LakeLayout.perMonth()', 'hasTenantFolders')),
  tenantNoun: required(STRING),
  bufferInterval: required(DURATION),
  firstYear: NUMBER,
  encryptionKey: KEY,
};
