import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { acknowledgeFolders, acknowledgeGranted, grantQueries } from '../core/private/athena/query-grant';
import { resourceKeyUse } from '../core/private/key-use';
import type { IAuditTrail } from './audit-trail-interface';
import { EVENTS_FOLDER, RESULTS_FOLDER } from './trail-buckets';
import { trailArnOf } from './trail-key';
import { EVENTS_TABLE } from './trail-names';

/** Whose folders are granted, for a reader of acknowledged findings. */
const OF = 'the trail';

/** Permissions to read an AuditTrail. Nobody gets one to change or delete it. */
export class AuditTrailGrants {
  /**
   * The grants of a trail.
   *
   * @param trail an AuditTrail, or an imported one
   */
  public static fromAuditTrail(trail: IAuditTrail): AuditTrailGrants {
    return new AuditTrailGrants(trail);
  }

  private constructor(private readonly trail: IAuditTrail) {}

  /**
   * Lets a grantee query the events, and run the saved queries. Events have **keys of items of all tenants**, user names and IP addresses.
   *
   * @param grantee the role of those who investigate, such as auditors
   */
  public query(grantee: IGrantable): Grant {
    const { bucket, resultsBucket, workgroupName, databaseName } = this.trail;
    return grantQueries(this.trail, grantee, {
      workgroup: workgroupName,
      database: databaseName,
      tables: [EVENTS_TABLE],
      data: { bucket, folder: EVENTS_FOLDER },
      results: { bucket: resultsBucket, folder: RESULTS_FOLDER },
      of: OF,
    });
  }

  /**
   * Lets a grantee check that no file was changed or deleted since its delivery: `aws cloudtrail validate-logs`, which reads all files.
   *
   * @param grantee the role of those who audit
   */
  public validate(grantee: IGrantable): Grant {
    const { bucket, trailName } = this.trail;
    const events = bucket.arnForObjects(`${EVENTS_FOLDER}*`);
    const grant = (actions: string[], resourceArns: string[]): Grant => Grant.addToPrincipal({ grantee, actions, resourceArns });
    const grants = [
      grant(['cloudtrail:ListPublicKeys', 'cloudtrail:DescribeTrails'], ['*']),
      grant(['cloudtrail:GetTrail', 'cloudtrail:GetTrailStatus'], [trailArnOf(this.trail, trailName)]),
      grant(['s3:GetBucketLocation', 's3:ListBucket'], [bucket.bucketArn]),
      grant(['s3:GetObject'], [events]),
    ];
    for (const statement of resourceKeyUse(bucket, 's3', ['kms:Decrypt'])) grantee.grantPrincipal.addToPrincipalPolicy(statement);
    acknowledgeFolders(grantee, [events], OF);
    acknowledgeGranted(grantee, '*', 'CloudTrail has no resources for the two actions that list trails and keys.');
    return grants.reduce((all, one) => all.combine(one));
  }
}
