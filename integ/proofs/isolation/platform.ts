import type { Assembly, JsonObject, Resource } from '../../sandbox';
import { loadAssembly } from '../../sandbox/assembly';
import { readDocuments } from '../../sandbox/iam/documents';
import { resourceTypes, services } from '../../sandbox/services';
import { resourcePoliciesOf } from '../../sandbox/start-services';
import type { RolePolicies } from './evaluate';
import { stop } from './not-supported';
import { actionsOf, asList, globMatches, type Statement, statementsOf } from './statements';

/** The role whose sessions access tenants' data, found by its trust policy. */
export interface TenantRole extends RolePolicies {
  /** Its construct path, for output. */
  readonly path: string;
  /** The key of the session tag that has the tenant's id. */
  readonly tag: string;
}

/** The roles and resources of an assembly that tenants share. */
export interface Platform {
  readonly region: string;
  readonly roles: readonly TenantRole[];
  /** Every table and index of the assembly, and those named in a policy. */
  readonly tables: readonly PlatformTable[];
  readonly buckets: readonly PlatformBucket[];
  readonly keys: readonly string[];
}

export interface PlatformBucket {
  readonly arn: string;
  /** The IAM patterns that precede a tenant's id in object names. */
  readonly layouts: readonly string[];
  /**
   * The IAM patterns that precede a tenant's id in names of files: `<pattern><tenant>.json`.
   *
   * @default - none
   */
  readonly files?: readonly string[];
  /**
   * Folders whose objects belong to all tenants, such as query results: those that other roles, lifecycle rules or, without the tag, tenants'
   * permissions name.
   */
  readonly common: readonly string[];
}

export interface PlatformTable {
  readonly arn: string;
  /** The names of its key attributes, partition key first; empty for a table that is not in the assembly. */
  readonly keys: readonly string[];
  readonly indexes: readonly PlatformIndex[];
}

export interface PlatformIndex {
  readonly arn: string;
  /** The name of its partition key; undefined for an index that is not in the assembly. */
  readonly partitionKey?: string;
}

/** What follows a tenant's id in the name of a file. */
export const FILE = '.json';

/** Matches a resource ARN of one table, bucket or KMS key, or of definitions in one catalog. */
const NAMED =
  /^arn:aws:(dynamodb:[^*?$:]*:\d*:table\/[^*?$/]+(\/.*)?|s3:::[^*?$/]+(\/.*)?|kms:[^*?$:]*:\d*:key\/[^*?$]+|glue:[^*?$:]*:\d*:[^*?$]+)$/s;

/** Reads a cloud assembly. @throws if it has no tenant role, or something that a proof cannot evaluate */
export function readPlatform(directory: string): Platform {
  const assembly = loadAssembly(directory, resourceTypes);
  const roles = tenantRoles(assembly);
  if (roles.length === 0)
    stop(directory, 'no role of it has a trust that demands a session tag (aws:RequestTag/…), so there is nothing to prove');
  const allowed = roles.flatMap((role) => statementsOf(role).filter(({ effect }) => effect === 'Allow'));
  const platform = platformOf(assembly, roles, allowed);
  rejectOtherAccess(assembly, platform);
  return platform;
}

/**
 * The resources that tenants share.
 *
 * @param roles the roles of tenants
 * @param allowed their permissions
 * @throws for something that a proof cannot evaluate
 */
export function platformOf(assembly: Assembly, roles: readonly TenantRole[], allowed: readonly Statement[]): Platform {
  for (const { where, resources, exceptResources } of allowed) {
    const beyond = exceptResources ? 'NotResource' : resources.find((pattern) => !NAMED.test(pattern));
    if (beyond !== undefined)
      stop(where, `${beyond} is not supported: it names more than one table, bucket or key, and what is beyond the assembly is not known`);
  }
  const named = [...new Set(allowed.flatMap(({ resources }) => resources))];
  const platform = {
    region: assembly.region,
    roles,
    tables: tablesOf(assembly, named),
    buckets: bucketsOf(assembly, allowed, roles),
    keys: [...new Set([...arnsOf(assembly, 'AWS::KMS::Key'), ...named.filter((arn) => /^arn:aws:kms:[^*?]*$/.test(arn))])],
  };
  rejectRegisteredPartitions(assembly);
  rejectOtherTenants(allowed);
  for (const { arn, layouts, files = [] } of platform.buckets) {
    const opened = allowed.find(({ resources }) => resources.some((pattern) => pattern.startsWith(`${arn}/`)));
    if (opened && layouts.length + files.length === 0)
      stop(opened.where, `nothing tells whose the objects of ${arn} are: no permission names them by the tenant's tag`);
  }
  return platform;
}

/**
 * Tenants of two kinds, such as schools and teams, whose items or objects have their ids at the same place: a team may have the id of a
 * school, and nothing tells whose the data is.
 */
function rejectOtherTenants(allowed: readonly Statement[]): void {
  const known: { readonly tag: string; readonly place: string }[] = [];
  for (const { where, resources, conditions } of allowed) {
    const ofConditions = conditions.flatMap(({ key, values }) => [key, ...values]);
    for (const resource of resources) {
      const tags = [resource, ...ofConditions].flatMap((text) => [...text.matchAll(TAG_NAME)].map(([, name]) => name));
      // An index has the items of its table, and an object is at its layout.
      const place = (/^arn:aws:s3:::[^/]+\/.*?(?=\$\{|$)/s.exec(resource)?.[0] ?? resource).replace(/\/index\/.*$/, '');
      if (!/^arn:aws:(dynamodb:.*:table\/|s3:::[^/]+\/)/.test(place)) continue;
      for (const tag of new Set(tags)) {
        const other = known.find((one) => one.tag.toLowerCase() !== tag.toLowerCase() && areTogether(one.place, place));
        if (other)
          stop(
            where,
            `it gives sessions of a ${tag} access to ${place}, which sessions of a ${other.tag} have, too: their ids may be equal`,
          );
        known.push({ tag, place });
      }
    }
  }
}

const TAG_NAME = /aws:PrincipalTag\/([^}]+)/gi;

/** Whether two places are the same, or folders of which one could contain the other. */
function areTogether(one: string, other: string): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  return one === other || (shorter.startsWith('arn:aws:s3:::') && globMatches(`${shorter}*`, longer));
}

function tenantRoles(assembly: Assembly): TenantRole[] {
  const documents = readDocuments(assembly, resourcePoliciesOf(services, assembly));
  return assembly.ofType('AWS::IAM::Role').flatMap((resource) => {
    const arn = assembly.attribute(resource, 'Arn');
    const trust = documents.resource(arn) ?? {};
    const demanded = demandedTags(trust);
    const path = resource.path ?? resource.id;
    if (demanded.length === 0) {
      const almost = usedTags(
        trust,
        identityOf(documents.role(arn)).map(({ document }) => document),
      );
      if (almost !== undefined) stop(path, almostTenant(almost));
      return [];
    }
    if (demanded.length > 1) stop(path, `its trust demands ${demanded.join(' and ')}; a tenant's session has one tag`);
    const record = documents.role(arn);
    // A permissions boundary is left out: it only takes away, so that what it denies today is still found.
    if (record === undefined) stop(path, 'its policies are not in the assembly');
    const identity = record.identity().map(({ document }) => document);
    return [{ arn, account: assembly.account, path, tag: demanded[0], identity, trust }];
  });
}

/** Why a role stops the proof that looks like a tenant's, although no tag is demanded to open its sessions. */
export function almostTenant(what: string): string {
  return `it is almost a tenant's role: its policies use ${what}, but its trust does not demand a session tag (aws:RequestTag/…)`;
}

/** What a role's policies say about tags of its sessions. Only an opener needs the permission to set tags in its own policies. */
export function usedTags(trust: JsonObject, identity: readonly JsonObject[]): string | undefined {
  const ofTrust = /aws:(Principal|Request)Tag\/[^"}]+|aws:TagKeys|sts:TagSession/i.exec(JSON.stringify(trust));
  return (ofTrust ?? /aws:PrincipalTag\/[^"}]+/i.exec(JSON.stringify(identity)))?.[0];
}

/** `school` of `aws:RequestTag/school`, from the conditions of the trust policy. */
function demandedTags(trust: JsonObject): string[] {
  const permitted = (asList(trust.Statement) as JsonObject[]).filter(({ Effect }) => Effect === 'Allow');
  const keys = permitted.flatMap(({ Condition }) => Object.values((Condition ?? {}) as Record<string, JsonObject>).flatMap(Object.keys));
  return [...new Set(keys.flatMap((key) => /^aws:RequestTag\/(.+)$/i.exec(key)?.[1] ?? []))];
}

function tablesOf(assembly: Assembly, named: readonly string[]): Platform['tables'] {
  const tables = new Map<string, { keys: readonly string[]; indexes: PlatformIndex[] }>();
  for (const resource of assembly.ofType('AWS::DynamoDB::Table')) {
    const properties = assembly.properties(resource);
    const indexes = [properties.GlobalSecondaryIndexes, properties.LocalSecondaryIndexes].flatMap((list) => asList(list) as JsonObject[]);
    const arn = assembly.attribute(resource, 'Arn');
    tables.set(arn, {
      keys: keysOf(properties),
      indexes: indexes.map((index) => ({ arn: `${arn}/index/${index.IndexName}`, partitionKey: keysOf(index)[0] })),
    });
  }
  for (const resource of assembly.ofType('AWS::DynamoDB::GlobalTable')) stop(resource.id, `${resource.type} is not supported`);
  for (const arn of named) {
    const [, table, index] = /^(arn:aws:dynamodb:[^*?$]*:table\/[^/*?$]+)(\/index\/[^*?$]+)?$/.exec(arn) ?? [];
    if (table === undefined) continue;
    const known = tables.get(table) ?? { keys: [], indexes: [] };
    if (index !== undefined && !known.indexes.some((other) => other.arn === arn)) known.indexes.push({ arn });
    tables.set(table, known);
  }
  return [...tables].map(([arn, table]) => ({ arn, ...table }));
}

/** The names of the key attributes, partition key first. */
function keysOf({ KeySchema }: JsonObject): string[] {
  const schema = asList(KeySchema) as JsonObject[];
  return ['HASH', 'RANGE'].flatMap((type) =>
    schema.filter(({ KeyType }) => KeyType === type).map(({ AttributeName }) => String(AttributeName)),
  );
}

/**
 * The part of a permission before the tag gives the position of a tenant's id, and the end of a file's name after it that the id is the name
 * of a file. The rest is what the proof checks.
 */
function bucketsOf(assembly: Assembly, allowed: readonly Statement[], roles: readonly TenantRole[]): Platform['buckets'] {
  const named = [...new Set(allowed.flatMap(({ resources }) => resources))];
  const buckets = new Map<string, Set<string>>(arnsOf(assembly, 'AWS::S3::Bucket').map((arn) => [arn, new Set()]));
  const files = new Map<string, string[]>();
  for (const pattern of named) {
    const [, arn, name] = /^(arn:aws:s3:::[^/*?$]+)(?:\/(.*))?$/s.exec(pattern) ?? [];
    if (arn === undefined) continue;
    const layouts = buckets.get(arn) ?? new Set();
    const tag = roles.map((role) => `\${aws:PrincipalTag/${role.tag}}`).find((variable) => name?.includes(variable));
    const at = name?.slice(0, name.indexOf(tag ?? ''));
    if (at !== undefined && tag !== undefined && name === `${at}${tag}${FILE}`) files.set(arn, [...(files.get(arn) ?? []), at]);
    else if (at !== undefined && tag !== undefined) layouts.add(at);
    buckets.set(arn, layouts);
  }
  const folders = foldersOf(assembly, roles);
  for (const [arn, folder] of allowed.flatMap(untaggedFolders)) folders.set(arn, (folders.get(arn) ?? new Set()).add(folder));
  return [...buckets].map(([arn, layouts]) => {
    const ofFiles = files.get(arn);
    const divided = [...layouts, ...(ofFiles ?? [])];
    // A bucket without tenants' folders is one folder of all tenants.
    const undivided = [...(folders.get(arn) ?? []), ...(divided.length === 0 ? [''] : [])];
    return {
      ...{ arn, layouts: [...layouts], ...(ofFiles === undefined ? {} : { files: ofFiles }) },
      common: undivided.filter((folder) => !divided.some((layout) => layout.startsWith(folder))),
    };
  });
}

/** What a permission of tenants' sessions names without their tag: a folder of all tenants, and what it may list. */
function untaggedFolders({ resources, conditions }: Statement): (readonly [arn: string, folder: string])[] {
  const prefixes = conditions.flatMap(({ operator, key, values }) =>
    /^s3:prefix$/i.test(key) && /^String(Equals|Like)/.test(operator) ? values : [],
  );
  return resources.flatMap((resource) => {
    const [, arn, name] = /^(arn:aws:s3:::[^/*?$]+)(?:\/(.*))?$/s.exec(resource) ?? [];
    const names = name === undefined ? prefixes : [name];
    if (arn === undefined) return [];
    return names.filter((one) => !one.includes('${')).map((one) => [arn, one.replace(/[*?].*$/s, '')] as const);
  });
}

/** The folders that the roles of the assembly may access, except tenants' roles, and those of lifecycle rules. */
function foldersOf(assembly: Assembly, tenants: readonly TenantRole[]): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  const add = (arn: string, folder: string) => folders.set(arn, (folders.get(arn) ?? new Set()).add(folder));
  const documents = readDocuments(assembly, resourcePoliciesOf(services, assembly));
  const others = arnsOf(assembly, 'AWS::IAM::Role').filter((arn) => tenants.every((tenant) => tenant.arn !== arn));
  for (const { document } of others.flatMap((arn) => identityOf(documents.role(arn)))) {
    for (const pattern of (asList(document.Statement) as JsonObject[]).flatMap(({ Resource }) => asList(Resource).map(String))) {
      const [, arn, folder] = /^(arn:aws:s3:::[^/*?$]+)\/([^*?$]+\/)\*$/.exec(pattern) ?? [];
      if (arn !== undefined) add(arn, folder);
    }
  }
  for (const resource of assembly.ofType('AWS::S3::Bucket')) {
    const { Rules } = (assembly.properties(resource).LifecycleConfiguration ?? {}) as JsonObject;
    for (const { Prefix } of asList(Rules) as JsonObject[]) {
      if (typeof Prefix === 'string' && Prefix.endsWith('/')) add(assembly.attribute(resource, 'Arn'), Prefix);
    }
  }
  return folders;
}

/** Managed policies that are not supported name no folders of an app's own buckets. */
function identityOf(role: ReturnType<ReturnType<typeof readDocuments>['role']>) {
  try {
    return role?.identity() ?? [];
  } catch {
    return [];
  }
}

/** Within an account, a resource policy can grant access without the role's policies. The proofs cover the role's policies only. */
function rejectOtherAccess(assembly: Assembly, { roles }: Platform): void {
  for (const { path, trust } of roles) {
    for (const { Effect, Principal } of asList(trust.Statement) as JsonObject[]) {
      const named = asList((Principal as JsonObject | undefined)?.AWS).map(String);
      const own = roles.find((role) => named.some((arn) => arn === role.arn || arn.startsWith(`${sessions(role)}/`)));
      if (Effect === 'Allow' && own)
        stop(path, `its trust names ${own.path}, so that a tenant's session opens the session of any other tenant`);
    }
  }
  const policies = [
    ...assembly
      .ofType('AWS::DynamoDB::Table')
      .map((resource) => [resource, (assembly.properties(resource).ResourcePolicy as JsonObject)?.PolicyDocument]),
    ...assembly.ofType('AWS::S3::BucketPolicy').map((resource) => [resource, assembly.properties(resource).PolicyDocument]),
  ] as [Resource, JsonObject | undefined][];
  for (const [resource, document] of policies) {
    for (const statement of asList(document?.Statement) as JsonObject[]) {
      if (statement.Effect !== 'Allow') continue;
      const principals = statement.Principal === '*' ? ['*'] : asList((statement.Principal as JsonObject | undefined)?.AWS).map(String);
      const open = principals.find((arn) => arn === '*' || roles.some((role) => role.arn === arn || arn.startsWith(`${sessions(role)}/`)));
      if (open !== undefined || statement.NotPrincipal !== undefined) {
        stop(
          resource.path ?? resource.id,
          `its policy allows ${actionsOf(statement).join(', ')} to ${open ?? 'NotPrincipal'}, past the role's own policies`,
        );
      }
    }
  }
}

/** Partitions that are in the catalog have tenants' ids in their names, and Glue returns those of all tenants. */
function rejectRegisteredPartitions(assembly: Assembly): void {
  for (const resource of assembly.ofType('AWS::Glue::Table')) {
    const { PartitionKeys, Parameters } = (assembly.properties(resource).TableInput ?? {}) as JsonObject;
    const isProjected = (Parameters as JsonObject | undefined)?.['projection.enabled'] === 'true';
    if (asList(PartitionKeys).length > 0 && !isProjected)
      stop(resource.path ?? resource.id, 'its partitions are not projected, so that the catalog has names of tenants');
  }
}

function sessions({ arn }: TenantRole): string {
  return arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
}

function arnsOf(assembly: Assembly, type: string): string[] {
  return assembly.ofType(type).map((resource) => assembly.attribute(resource, 'Arn'));
}
