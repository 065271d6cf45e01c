import { Annotations, CfnResource, Lazy, Token } from 'aws-cdk-lib';
import { Effect, Grant, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { rejectAlias } from '../core/private/base/key-checks';
import { addToRole, roleFor } from '../core/private/role-policy';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { TENANT_ID_PATTERN } from '../runtime/tenant-id';
import type { ITenantRole } from './tenant-role-grants';

// Written out: a wildcard would be a finding, and would grow with the service. Documented: "Actions, resources, and condition keys for
// Amazon S3". The parts of a multipart upload need PutObject; versions, tags, ACLs and retention are not a tenant's.
const readActions = ['s3:GetObject'];
const writeActions = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

/**
 * What a bucket lists of its objects to sessions of a role, by the bucket's ARN: a denial for each grant would deny what another one allows. By the
 * role's ARN, because a role can be imported twice.
 */
const listedBy = new WeakMap<IConstruct, Map<string, Map<string, string[]>>>();

/**
 * Who may do what with the objects of a bucket that is divided by tenants.
 *
 * For listing, denials stand around the permission and hold against every other one that the role has or will get. For objects there are none:
 * no condition of IAM names an object's key. A broader permission (`bucket.grantRead(tenants.role)`) opens all of its objects.
 */
export class TenantBucketGrants {
  /**
   * The grants of a bucket.
   *
   * @param bucket whose key, where it names one, sessions may use through S3 in its region
   */
  public static fromBucket(bucket: IBucket): TenantBucketGrants {
    return new TenantBucketGrants(bucket);
  }

  private constructor(private readonly bucket: IBucket) {}

  /**
   * Lets sessions list and read the objects of their own tenant: `<prefix><tenant>/…`.
   *
   * @param grantee a TenantRole
   * @param prefix what stands before the tenant's id: text that ends with `/`; nothing when absent
   * @returns the permission; the denials around it come with it
   * @throws when the prefix has a wildcard or a variable, or is only known at deployment
   */
  public tenantRead(grantee: ITenantRole, prefix?: string): Grant {
    this.useKey(grantee, ['kms:Decrypt']);
    return this.allow(grantee, readActions, ownFolder(grantee, prefix ?? ''));
  }

  /**
   * Lets sessions list, read, write and delete the objects of their own tenant: `<prefix><tenant>/…`. Versions of objects stay out of reach.
   *
   * @param grantee a TenantRole
   * @param prefix what stands before the tenant's id: text that ends with `/`; nothing when absent
   * @returns the permission; the denials around it come with it
   * @throws when the prefix has a wildcard or a variable, or is only known at deployment
   */
  public tenantReadWrite(grantee: ITenantRole, prefix?: string): Grant {
    // Documented: "Multipart upload and permissions" in the S3 user guide: the parts are read again.
    this.useKey(grantee, ['kms:Decrypt', 'kms:GenerateDataKey']);
    return this.allow(grantee, [...readActions, ...writeActions], ownFolder(grantee, prefix ?? ''));
  }

  /**
   * Lets sessions list and read their own tenant's part of a lake that is laid out `<prefix>year=YYYY/month=MM/<noun>=<tenant>/…`.
   *
   * @param grantee a TenantRole
   * @param prefix what stands before the year: text that ends with `/`, or nothing
   * @returns the permission; the denials around it come with it
   * @throws when the prefix has a wildcard or a variable, or is only known at deployment
   */
  public tenantLakeRead(grantee: ITenantRole, prefix: string): Grant {
    this.useKey(grantee, ['kms:Decrypt']);
    const { noun, principalTag } = grantee.tenancy;
    // `?` is one character, so that the tenant stands at one place of the name and nowhere else. With `*` it could stand anywhere:
    // `year=2026/month=11/school=south/month=1/school=north/x` is south's, and `year=*/month=*/school=north/*` would give it to north.
    return this.allow(grantee, readActions, `${checkedPrefix(grantee, prefix)}year=????/month=??/${noun}=${principalTag}/`);
  }

  private allow(grantee: ITenantRole, actions: string[], folder: string): Grant {
    const { bucketArn } = this.bucket;
    const { role, tenancy } = grantee;
    const listed = listedOf(role);
    checkApart(grantee, listed.get(bucketArn) ?? [], folder);
    warnOfImport(grantee, this.bucket);
    const tagged = { [tenancy.principalTagKey]: 'false' };
    const named = { StringLike: { [tenancy.principalTagKey]: '???*' } };
    const ownObjects = `${bucketArn}/${folder}*`;
    const objects = Grant.addToPrincipal({
      grantee: roleFor(role, this.bucket),
      actions,
      resourceArns: [ownObjects],
      conditions: { ...named, Null: tagged },
    });
    const list = Grant.addToPrincipal({
      grantee: roleFor(role, this.bucket),
      actions: ['s3:ListBucket'],
      resourceArns: [bucketArn],
      conditions: { StringLike: { ...named.StringLike, 's3:prefix': [`${folder}*`] }, Null: { ...tagged, 's3:prefix': 'false' } },
    });
    const policy = denyOtherLists(role, this.bucket, listed, `${folder}*`);
    acknowledgeWildcard(
      policy,
      ownObjects,
      "The wildcard stands behind the session's own tenant: what a tenant's objects are called below that is not known.",
    );
    return objects.combine(list);
  }

  private useKey({ role, tenancy }: ITenantRole, actions: string[]): void {
    const { encryptionKey, env } = this.bucket;
    if (encryptionKey === undefined) return;
    rejectAlias(this.bucket, 'encryptionKey', encryptionKey);
    addToRole(
      role,
      this.bucket,
      new PolicyStatement({
        actions,
        resources: [encryptionKey.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `s3.${env.region}.amazonaws.com` },
          Null: { [tenancy.principalTagKey]: 'false' },
        },
      }),
    );
  }
}

/** With the slash after the tenant: without it `a-1` would match what is `a-10`'s. */
function ownFolder(grantee: ITenantRole, prefix: string): string {
  return `${checkedPrefix(grantee, prefix)}${grantee.tenancy.principalTag}/`;
}

/** Of all constructs of an app that stand for the role: one that is imported twice is two of them. */
function listedOf(role: IRole): Map<string, string[]> {
  const { root } = role.node;
  const roles = listedBy.get(root) ?? new Map<string, Map<string, string[]>>();
  listedBy.set(root, roles);
  const listed = roles.get(role.roleArn) ?? new Map<string, string[]>();
  roles.set(role.roleArn, listed);
  return listed;
}

/**
 * A folder within another folder's tenant belongs to that tenant: beside `<tenant>/`, what is in `reports/<tenant>/` would be all of the
 * tenant `reports`.
 */
function checkApart({ role, tenancy }: ITenantRole, patterns: readonly string[], folder: string): void {
  const tag = tenancy.principalTag;
  for (const pattern of patterns) {
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
      const expected = `a prefix outside of ${outer.replace(tag, '<tenant>')}, which belongs to one tenant as a whole`;
      invalid(role, 'prefix', inner.split(tag)[0], expected);
    }
  }
}

/** @returns the policy that holds the denials */
function denyOtherLists(role: IRole, bucket: IBucket, listed: Map<string, string[]>, own: string): IConstruct {
  const { bucketArn } = bucket;
  const all = listed.get(bucketArn) ?? [];
  listed.set(bucketArn, all);
  if (!all.includes(own)) all.push(own);
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
  // A document holds equal statements once.
  const [policy] = denials.map((denial) => addToRole(role, bucket, denial));
  return policy;
}

/** What the role's own app lets sessions list in the same bucket can't be seen from here, and the denials of each app hold against the other's. */
function warnOfImport({ role, node }: ITenantRole, bucket: IBucket): void {
  if (CfnResource.isCfnResource(role.node.defaultChild)) return;
  Annotations.of(role).addWarningV2(
    'cdk-andamio:importedRoleListsBucket',
    `${node.path} is imported: in ${bucket.node.path} its sessions can list what this app lets them list, and nothing that another app does. ` +
      'Grant all of one bucket in one app, and acknowledge this warning on a scope above the role.',
  );
}

function checkedPrefix({ role }: ITenantRole, prefix: string): string {
  if (!Token.isUnresolved(prefix) && /^([^*?$]*\/)?$/.test(prefix)) return prefix;
  return invalid(role, 'prefix', prefix, "text known at synthesis that is empty or ends with /, without *, ? and $: 'reports/'");
}
