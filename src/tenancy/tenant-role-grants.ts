import { Lazy, Token } from 'aws-cdk-lib';
import { Effect, Grant, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { invalid } from '../core/private/base/invalid';
import { rejectAlias } from '../core/private/base/key-checks';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { TENANT_ID_PATTERN } from '../runtime/tenant-id';
import type { Tenancy } from './tenancy';

// Written out: a wildcard would be a finding, and would grow with the service. Documented: "Actions, resources, and condition keys for
// Amazon S3". The parts of a multipart upload need PutObject; versions, tags, ACLs and retention are not a tenant's.
const readActions = ['s3:GetObject'];
const writeActions = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

/**
 * What a session of a TenantRole may do with objects that are divided by tenants: the role's `grants`. What a table is divided by, the table
 * knows itself (`table.grants`).
 *
 * For listing, deny statements around the permission override every other permission that the role has or will get. For objects there are none:
 * no condition of IAM names an object's key. A broader permission (`bucket.grantRead(tenants.role)`) opens all of its objects.
 */
export class TenantRoleGrants {
  /** @internal */
  public static _of(role: Role, tenancy: Tenancy): TenantRoleGrants {
    return new TenantRoleGrants(role, tenancy);
  }

  /** What may be listed, by the ARN of its bucket: a denial for each grant would deny what another one allows. */
  private readonly listed = new Map<string, string[]>();

  private constructor(
    private readonly role: Role,
    private readonly tenancy: Tenancy,
  ) {}

  /**
   * Lets sessions list and read the objects of their own tenant: `<prefix><tenant>/…`.
   *
   * @param bucket whose key, where it names one, sessions may use through S3 in its region
   * @param prefix the part before the tenant's id: text that ends with `/`; nothing when absent
   * @returns the permission; the denials around it come with it
   * @throws when the prefix has a wildcard or a variable, or is only known at deployment
   */
  public bucketRead(bucket: IBucket, prefix?: string): Grant {
    this.useKey(bucket, ['kms:Decrypt']);
    return this.allow(bucket, readActions, this.ownFolder(prefix ?? ''));
  }

  /**
   * Lets sessions list, read, write and delete the objects of their own tenant: `<prefix><tenant>/…`. Versions of objects stay out of reach.
   *
   * @param bucket whose key, where it names one, sessions may use through S3 in its region
   * @param prefix the part before the tenant's id: text that ends with `/`; nothing when absent
   * @returns the permission; the denials around it come with it
   * @throws when the prefix has a wildcard or a variable, or is only known at deployment
   */
  public bucketReadWrite(bucket: IBucket, prefix?: string): Grant {
    // Documented: "Multipart upload and permissions" in the S3 user guide: the parts are read again.
    this.useKey(bucket, ['kms:Decrypt', 'kms:GenerateDataKey']);
    return this.allow(bucket, [...readActions, ...writeActions], this.ownFolder(prefix ?? ''));
  }

  /**
   * Lets sessions list and read their own tenant's part of a lake that is laid out `<prefix>year=YYYY/month=MM/<noun>=<tenant>/…`.
   *
   * @param bucket whose key, where it names one, sessions may use through S3 in its region
   * @param prefix the part before the year: text that ends with `/`, or nothing
   * @returns the permission; the denials around it come with it
   * @throws when the prefix has a wildcard or a variable, or is only known at deployment
   */
  public lakeRead(bucket: IBucket, prefix: string): Grant {
    this.useKey(bucket, ['kms:Decrypt']);
    // `?` is one character, so the tenant is at one place of the name and nowhere else. With `*` it could be anywhere:
    // `year=2026/month=11/school=south/month=1/school=north/x` is south's, and `year=*/month=*/school=north/*` would give it to north.
    const folder = `${checkedPrefix(this.role, prefix)}year=????/month=??/${this.tenancy.tenant}=${this.tenancy.principalTag}/`;
    return this.allow(bucket, readActions, folder);
  }

  /** With the slash after the tenant: without it `a-1` would match what is `a-10`'s. */
  private ownFolder(prefix: string): string {
    return `${checkedPrefix(this.role, prefix)}${this.tenancy.principalTag}/`;
  }

  private allow({ bucketArn }: IBucket, actions: string[], folder: string): Grant {
    this.checkApart(bucketArn, folder);
    const tagged = { [this.tenancy.principalTagKey]: 'false' };
    const named = { StringLike: { [this.tenancy.principalTagKey]: '???*' } };
    const ownObjects = `${bucketArn}/${folder}*`;
    acknowledgeWildcard(
      this.role.node.findChild('DefaultPolicy'),
      ownObjects,
      "The wildcard stands behind the session's own tenant: what a tenant's objects are called below that is not known.",
    );
    const objects = Grant.addToPrincipal({
      grantee: this.role,
      actions,
      resourceArns: [ownObjects],
      conditions: { ...named, Null: tagged },
    });
    const list = Grant.addToPrincipal({
      grantee: this.role,
      actions: ['s3:ListBucket'],
      resourceArns: [bucketArn],
      conditions: { StringLike: { ...named.StringLike, 's3:prefix': [`${folder}*`] }, Null: { ...tagged, 's3:prefix': 'false' } },
    });
    this.denyOtherLists(bucketArn, `${folder}*`);
    return objects.combine(list);
  }

  /**
   * A folder within another folder's tenant belongs to that tenant: beside `<tenant>/`, what is in `reports/<tenant>/` would be all of the
   * tenant `reports`.
   */
  private checkApart(bucketArn: string, folder: string): void {
    const tag = this.tenancy.principalTag;
    for (const pattern of this.listed.get(bucketArn) ?? []) {
      const other = pattern.slice(0, -1);
      for (const [outer, inner] of [
        [other, folder],
        [folder, other],
      ]) {
        const anyTenants = outer
          .split(tag)
          .map((text) => text.replace(/[\\^$.*+|()[\]{}]/g, '\\$&').replaceAll('?', '.'))
          .join(TENANT_ID_PATTERN.replace(/^\^|\$$/g, ''));
        if (!new RegExp(`^${anyTenants}`).test(inner.split(tag)[0])) continue;
        invalid(
          this.role,
          'prefix',
          inner.split(tag)[0],
          `a prefix outside of ${outer.replace(tag, '<tenant>')}, which belongs to one tenant as a whole`,
        );
      }
    }
  }

  private denyOtherLists(bucketArn: string, own: string): void {
    const listed = this.listed.get(bucketArn);
    if (listed !== undefined) {
      if (!listed.includes(own)) listed.push(own);
      return;
    }
    const all = [own];
    this.listed.set(bucketArn, all);
    const denials = [
      // StringNotLike is true without a prefix, too. Documented: "IAM JSON policy elements: Condition operators".
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['s3:ListBucket', 's3:ListBucketVersions'],
        resources: [bucketArn],
        conditions: { StringNotLike: { 's3:prefix': Lazy.uncachedList({ produce: () => all }) } },
      }),
      // S3 tells IAM no prefix of it.
      new PolicyStatement({ effect: Effect.DENY, actions: ['s3:ListBucketMultipartUploads'], resources: [bucketArn] }),
    ];
    for (const denial of denials) this.role.addToPolicy(denial);
  }

  private useKey(bucket: IBucket, actions: string[]): void {
    const { encryptionKey, env } = bucket;
    if (encryptionKey === undefined) return;
    rejectAlias(bucket, 'encryptionKey', encryptionKey);
    this.role.addToPolicy(
      new PolicyStatement({
        actions,
        resources: [encryptionKey.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `s3.${env.region}.amazonaws.com` },
          Null: { [this.tenancy.principalTagKey]: 'false' },
        },
      }),
    );
  }
}

function checkedPrefix(role: Role, prefix: string): string {
  if (!Token.isUnresolved(prefix) && /^([^*?$]*\/)?$/.test(prefix)) return prefix;
  return invalid(role, 'prefix', prefix, "text known at synthesis that is empty or ends with /, without *, ? and $: 'reports/'");
}
