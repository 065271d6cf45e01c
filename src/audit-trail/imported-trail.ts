import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { KEY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import type { AuditTrailAttributes, IAuditTrail } from './audit-trail-interface';

/** A trail of another stack or app. It recommends no alarms by itself: its owner's stack has them. */
export class ImportedTrail extends Construct implements IAuditTrail {
  public readonly trailName: string;
  public readonly bucket: IBucket;
  public readonly resultsBucket: IBucket;
  public readonly databaseName: string;
  public readonly workgroupName: string;

  constructor(scope: Construct, id: string, attributes: AuditTrailAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { trailName, bucketArn, resultsBucketArn, databaseName, workgroupName, encryptionKey } = attributes;
    this.trailName = trailName;
    this.bucket = Bucket.fromBucketAttributes(this, 'Bucket', { bucketArn, encryptionKey });
    this.resultsBucket = Bucket.fromBucketAttributes(this, 'Results', { bucketArn: resultsBucketArn, encryptionKey });
    this.databaseName = databaseName;
    this.workgroupName = workgroupName;
  }
}

const ATTRIBUTES: PropKinds<AuditTrailAttributes> = {
  trailName: required(STRING),
  bucketArn: required(STRING),
  resultsBucketArn: required(STRING),
  databaseName: required(STRING),
  workgroupName: required(STRING),
  encryptionKey: KEY,
};
