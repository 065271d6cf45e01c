import { RemovalPolicy, type Size } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** What a workgroup is made of. */
export interface WorkgroupProps {
  readonly workgroup: string;
  readonly database: string;
  /** The bucket of the results of queries, and the folder in it, such as `results/`. */
  readonly bucket: IBucket;
  readonly folder: string;
  readonly encryptionKey: IKey;
  readonly scanLimit: Size;
}

/** Creates the workgroup in which a database is queried, as the child `Workgroup`. */
export function createWorkgroup(
  scope: Construct,
  { workgroup: name, database, bucket, folder, encryptionKey, scanLimit }: WorkgroupProps,
): CfnWorkGroup {
  const workgroup = new CfnWorkGroup(scope, 'Workgroup', {
    name,
    description: `Queries of ${database}`,
    state: 'ENABLED',
    // Otherwise the stack cannot be deleted once there was a query. Results are objects of the bucket, and are retained as those are.
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      // Settings of a client have no effect.
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: scanLimit.toBytes(),
      engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
      resultConfiguration: {
        outputLocation: `s3://${bucket.bucketName}/${folder}`,
        encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: encryptionKey.keyArn },
      },
    },
  });
  workgroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
  return workgroup;
}
