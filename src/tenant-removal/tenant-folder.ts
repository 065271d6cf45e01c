import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** The folders of tenants in a bucket. */
export class TenantFolder {
  /**
   * The folder `<prefix><tenant>/` of each tenant.
   *
   * @param bucket the bucket
   * @param prefix text before the tenant's id that ends with `/`; none by default
   */
  public static inBucket(bucket: IBucket, prefix?: string): TenantFolder {
    return new TenantFolder(bucket, prefix ?? '');
  }

  private constructor(
    /** The bucket. */
    public readonly bucket: IBucket,
    /** Text before the tenant's id. */
    public readonly prefix: string,
  ) {}
}
