import { Annotations, CfnResource, Lazy, Token } from 'aws-cdk-lib';
import { Effect, Grant, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { resourceKeyUse } from '../core/private/key-use';
import { addToRole, roleFor } from '../core/private/role-policy';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { TENANT_ID_PATTERN } from '../runtime/tenant-id';
import type { ITenantRole } from './tenant-role-grants';

// Listed one by one: a wildcard would be a finding of rule packs, and would include future actions. Documented: "Actions, resources, and
// condition keys for Amazon S3". The parts of a multipart upload need PutObject. Tenants have no access to versions, tags, ACLs and
// retention.
const readActions = ['s3:GetObject'];
// With a version id, S3 needs no DeleteObject. Documented: "DeleteObjects" in the S3 API reference, permissions.
const removeActions = ['s3:DeleteObjectVersion'];
const writeActions = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

/**
 * Prefixes that sessions of a role may list, by the ARN of the role (which can be imported twice) and the ARN of the bucket. One deny
 * statement includes all of them: with a deny statement for each grant, each would deny what the others allow.
 */
const listedBy = new WeakMap<IConstruct, Map<string, Map<string, string[]>>>();

/** The folders of tenants in each bucket, by its ARN, for the roles of all tenancies of an app. */
const foldersBy = new WeakMap<IConstruct, Map<string, Folder[]>>();

interface Folder {
  /** `files/${aws:PrincipalTag/school}/` */
  readonly folder: string;
  readonly noun: string;
  /** The tag in `folder`. */
  readonly tag: string;
}

/**
 * Permissions on the objects of a bucket in which each tenant has its own folder.
 *
 * For listing, deny statements override any broader permission of the role. For objects this is not possible, because IAM has no
 * condition key for an object's key. Do not give the role a broader permission: `bucket.grantRead(tenants.role)` gives access to the
 * objects of all tenants.
 */
export class TenantBucketGrants {
  /**
   * The grants of a bucket.
   *
   * @param bucket the bucket. If it has a KMS key, sessions may use the key through S3 in the bucket's Region.
   */
  public static fromBucket(bucket: IBucket): TenantBucketGrants {
    return new TenantBucketGrants(bucket);
  }

  private constructor(private readonly bucket: IBucket) {}

  /**
   * Lets sessions list and read the objects of their own tenant: `<prefix><tenant>/…`.
   *
   * @param grantee a TenantRole
   * @param prefix text before the tenant's id that ends with `/`; none by default
   * @returns the allow statements; matching deny statements are added as well
   * @throws when the prefix has a wildcard or a policy variable, is only known at deployment, or overlaps the folders of another grant
   */
  public tenantRead(grantee: ITenantRole, prefix?: string): Grant {
    this.useKey(grantee, ['kms:Decrypt']);
    return this.allow(grantee, readActions, ownFolder(grantee, prefix ?? ''));
  }

  /**
   * Lets sessions list, read, write and delete the objects of their own tenant: `<prefix><tenant>/…`. Not their versions.
   *
   * @param grantee a TenantRole
   * @param prefix text before the tenant's id that ends with `/`; none by default
   * @returns the allow statements; matching deny statements are added as well
   * @throws when the prefix has a wildcard or a policy variable, is only known at deployment, or overlaps the folders of another grant
   */
  public tenantReadWrite(grantee: ITenantRole, prefix?: string): Grant {
    // Documented: "Multipart upload and permissions" in the S3 user guide: the parts are read again.
    this.useKey(grantee, ['kms:Decrypt', 'kms:GenerateDataKey']);
    return this.allow(grantee, [...readActions, ...writeActions], ownFolder(grantee, prefix ?? ''));
  }

  /**
   * Lets sessions list and read their own tenant's part of a data lake with the layout `<prefix>year=YYYY/month=MM/<noun>=<tenant>/…`.
   *
   * @param grantee a TenantRole
   * @param prefix text before the year that ends with `/`, or an empty string
   * @returns the allow statements; matching deny statements are added as well
   * @throws when the prefix has a wildcard or a policy variable, is only known at deployment, or overlaps the folders of another grant
   */
  public tenantLakeRead(grantee: ITenantRole, prefix: string): Grant {
    this.useKey(grantee, ['kms:Decrypt']);
    const { noun, principalTag } = grantee.tenancy;
    // `?` matches one character, so that the tenant can only be at one position of the key. With `*` it could be anywhere:
    // `year=*/month=*/school=north/*` would let north read south's object `year=2026/month=11/school=south/month=1/school=north/x`.
    return this.allow(grantee, readActions, `${checkedPrefix(grantee, prefix)}year=????/month=??/${noun}=${principalTag}/`);
  }

  /**
   * Lets sessions list and remove all versions of the objects of their own tenant, for good: `<prefix><tenant>/…`. They cannot be read.
   *
   * @param grantee a TenantRole
   * @param prefix text before the tenant's id that ends with `/`; none by default
   * @returns the allow statements; matching deny statements are added as well
   * @throws when the prefix has a wildcard or a policy variable, is only known at deployment, or overlaps the folders of another grant
   */
  public tenantRemove(grantee: ITenantRole, prefix?: string): Grant {
    return this.allow(grantee, removeActions, ownFolder(grantee, prefix ?? ''), 's3:ListBucketVersions');
  }

  /**
   * Lets sessions list and remove all versions of the files of their own tenant, for good: `<prefix><tenant>.json`, where `?` in the prefix
   * stands for one character that is not known at synthesis.
   *
   * @internal
   */
  public _tenantRemoveFiles(grantee: ITenantRole, prefix: string): Grant {
    // Names that begin with a listed one are no files of a tenant, because an id has no dot.
    return this.allow(grantee, removeActions, `${prefix}${grantee.tenancy.principalTag}.json`, 's3:ListBucketVersions', '');
  }

  private allow(grantee: ITenantRole, actions: string[], folder: string, listAction = 's3:ListBucket', rest = '*'): Grant {
    const { bucketArn } = this.bucket;
    const { role, tenancy } = grantee;
    const listed = listedOf(role);
    checkApart(grantee, foldersIn(this.bucket), folder);
    warnOfImport(grantee, this.bucket);
    const tagged = { [tenancy.principalTagKey]: 'false' };
    const named = { StringLike: { [tenancy.principalTagKey]: '???*' } };
    const ownObjects = `${bucketArn}/${folder}${rest}`;
    const objects = Grant.addToPrincipal({
      grantee: roleFor(role, this.bucket),
      actions,
      resourceArns: [ownObjects],
      conditions: { ...named, Null: tagged },
    });
    const list = Grant.addToPrincipal({
      grantee: roleFor(role, this.bucket),
      actions: [listAction],
      resourceArns: [bucketArn],
      conditions: { StringLike: { ...named.StringLike, 's3:prefix': [`${folder}${rest}`] }, Null: { ...tagged, 's3:prefix': 'false' } },
    });
    const policy = denyOtherLists(role, this.bucket, listed, `${folder}${rest}`);
    if (rest === '') return objects.combine(list);
    acknowledgeWildcard(
      policy,
      ownObjects,
      "The wildcard comes after the session's own tenant: the names of the tenant's objects are not known at synthesis.",
    );
    return objects.combine(list);
  }

  private useKey({ role, tenancy }: ITenantRole, actions: string[]): void {
    const tagged = { Null: { [tenancy.principalTagKey]: 'false' } };
    for (const statement of resourceKeyUse(this.bucket, 's3', actions, tagged)) addToRole(role, this.bucket, statement);
  }
}

/** Ends with a slash: without it, `a-1` would match the objects of `a-10`. */
function ownFolder(grantee: ITenantRole, prefix: string): string {
  return `${checkedPrefix(grantee, prefix)}${grantee.tenancy.principalTag}/`;
}

/** The same map for all constructs of an app with this role's ARN: a role that is imported twice has two. */
function listedOf(role: IRole): Map<string, string[]> {
  return ofApp(listedBy, role, role.roleArn, () => new Map<string, string[]>());
}

/**
 * Rejects a folder that is part of a tenant's folder in another grant: with `<tenant>/` granted, all of `reports/<tenant>/` would belong
 * to a tenant called `reports`.
 */
function checkApart({ role, tenancy }: ITenantRole, folders: Folder[], folder: string): void {
  const { noun, principalTag: tag } = tenancy;
  const own: Folder = { folder, noun, tag };
  for (const other of folders) {
    for (const [outer, inner] of [
      [other, own],
      [own, other],
    ]) {
      const anyTenants = outer.folder
        .split(outer.tag)
        .map((text) => text.replace(/[\\^$.*+|()[\]{}]/g, '\\$&').replaceAll('?', '.'))
        .join(TENANT_ID_PATTERN.replace(/^\^|\$$/g, ''));
      if (!new RegExp(`^${anyTenants}`).test(inner.folder.split(inner.tag)[0])) continue;
      const expected = `a prefix outside of ${outer.folder.replace(outer.tag, '<tenant>')}, which belongs to one tenant`;
      invalid(role, 'prefix', inner.folder.split(inner.tag)[0], expected);
    }
    const [prefix] = folder.split(tag);
    if (other.noun === noun || other.folder.split(other.tag)[0] !== prefix) continue;
    invalid(role, 'prefix', prefix, `a prefix that is not the folder of each ${other.noun}: a ${noun} may have the id of a ${other.noun}`);
  }
  folders.push(own);
}

/** The same list for all constructs of an app with this bucket's ARN. */
function foldersIn(bucket: IBucket): Folder[] {
  return ofApp(foldersBy, bucket, bucket.bucketArn, () => []);
}

/** What the constructs of an app share about an ARN. The first call for the ARN makes it. */
function ofApp<T>(apps: WeakMap<IConstruct, Map<string, T>>, { node: { root } }: IConstruct, arn: string, make: () => T): T {
  const byArn = apps.get(root) ?? new Map<string, T>();
  apps.set(root, byArn);
  const shared = byArn.get(arn) ?? make();
  byArn.set(arn, shared);
  return shared;
}

/** @returns the policy with the deny statements */
function denyOtherLists(role: IRole, bucket: IBucket, listed: Map<string, string[]>, own: string): IConstruct {
  const { bucketArn } = bucket;
  const all = listed.get(bucketArn) ?? [];
  listed.set(bucketArn, all);
  if (!all.includes(own)) all.push(own);
  const denials = [
    // StringNotLike is also true without a prefix. Documented: "IAM JSON policy elements: Condition operators".
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: [bucketArn],
      conditions: { StringNotLike: { 's3:prefix': Lazy.uncachedList({ produce: () => all }) } },
    }),
    // S3 passes no prefix to IAM for this action.
    new PolicyStatement({ effect: Effect.DENY, actions: ['s3:ListBucketMultipartUploads'], resources: [bucketArn] }),
  ];
  // A policy document contains equal statements only once.
  const [policy] = denials.map((denial) => addToRole(role, bucket, denial));
  return policy;
}

/**
 * The prefixes that another app lets the same role list are not known here, and the deny statements of each app override what the other one
 * allows.
 */
function warnOfImport({ role, node }: ITenantRole, bucket: IBucket): void {
  if (CfnResource.isCfnResource(role.node.defaultChild)) return;
  Annotations.of(role).addWarningV2(
    'cdk-andamio:importedRoleListsBucket',
    `${node.path} is imported: in ${bucket.node.path} its sessions can list only the prefixes that this app grants, and none that another app grants. ` +
      'Grant all prefixes of a bucket in one app, and acknowledge this warning on a scope above the role.',
  );
}

function checkedPrefix({ role }: ITenantRole, prefix: string): string {
  if (!Token.isUnresolved(prefix) && /^([^*?$]*\/)?$/.test(prefix)) return prefix;
  return invalid(role, 'prefix', prefix, "text known at synthesis, empty or ending with /, without *, ? and $: 'reports/'");
}
