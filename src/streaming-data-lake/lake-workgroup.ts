import { RemovalPolicy, type Size } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import type { LakeNames } from './lake-names';

/** What the workgroup of a lake is made of. */
export interface WorkgroupProps {
  readonly names: LakeNames;
  readonly bucket: IBucket;
  readonly encryptionKey: IKey;
  readonly scanLimit: Size;
}

/** Creates the workgroup in which the platform's own analysts query the lake, as the child `Workgroup`. */
export function createWorkgroup(scope: Construct, { names, bucket, encryptionKey, scanLimit }: WorkgroupProps): CfnWorkGroup {
  const workgroup = new CfnWorkGroup(scope, 'Workgroup', {
    name: names.workgroup,
    description: `Queries of ${names.database}`,
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
        outputLocation: `s3://${bucket.bucketName}/${LAKE_FOLDERS.results}`,
        encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: encryptionKey.keyArn },
      },
    },
  });
  workgroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
  return workgroup;
}
