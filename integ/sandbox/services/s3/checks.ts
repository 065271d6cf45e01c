import type { Assembly, Check } from '../../contracts';
import type { Bucket } from './buckets';
import { readDeletions, readTags } from './documents';
import { onKey, writeKey } from './encryption';
import type { S3Request } from './read';
import type { Source } from './source';

type Context = Check['context'];
type Tags = readonly (readonly [string, string])[];

/** A request with the bucket, the copy source and the tags that its checks need. */
export interface ResolvedRequest {
  readonly request: S3Request;
  readonly bucket?: Bucket;
  readonly source?: Source & { readonly of: Bucket };
  /** The existing tags of the object and of the copy source; undefined if no policy uses them. */
  readonly tags?: Tags;
  readonly sourceTags?: Tags;
}

/** Headers that are condition keys of actions that write an object. */
const WRITTEN = [
  ...['x-amz-acl', 'x-amz-grant-full-control', 'x-amz-grant-read', 'x-amz-grant-read-acp', 'x-amz-grant-write', 'x-amz-grant-write-acp'],
  ...['x-amz-copy-source', 'x-amz-metadata-directive', 'x-amz-server-side-encryption', 'x-amz-storage-class'],
  'x-amz-website-redirect-location',
];
const LOCKS: Readonly<Record<string, string>> = {
  'x-amz-object-lock-mode': 's3:object-lock-mode',
  'x-amz-object-lock-retain-until-date': 's3:object-lock-retain-until-date',
  'x-amz-object-lock-legal-hold': 's3:object-lock-legal-hold',
};
const LISTED = ['prefix', 'delimiter', 'max-keys'];
const NEW_OBJECT = ['PutObject', 'CopyObject', 'CreateMultipartUpload'];
/**
 * Actions with existing tags as condition keys. Documented: "Tagging and access control policies" (Amazon S3 User Guide): not writing and
 * deleting objects.
 */
const BY_TAGS = /^s3:(Get|Put|Delete)Object(Version)?(Tagging)?$/;
const NOT_BY_TAGS = /^s3:(Put|Delete)Object(Version)?$/;

/** Whether policies can use the existing tags of an object as conditions of an action. */
export function dependsOnTags(action: string): boolean {
  return BY_TAGS.test(action) && !NOT_BY_TAGS.test(action);
}

/**
 * The permissions that a request requires, except for the key of an existing object, which is known only from the object's headers. A
 * condition key is set only if the request has it. Documented: "Actions, resources, and condition keys for Amazon S3" (Service
 * Authorization Reference).
 */
export function checksOf(resolved: ResolvedRequest, assembly: Assembly): Check[] {
  const { request, bucket } = resolved;
  const { operation, query } = request;
  if (!bucket) {
    return [{ action: operation.action, resource: '*', context: common(request, assembly) }];
  }
  const version = query.get('versionId');
  const base = common(request, assembly);
  if (operation.on === 'bucket') {
    return operation.name === 'DeleteObjects'
      ? deletions(request, bucket, base)
      : [{ action: operation.action, resource: bucket.arn, context: { ...base, ...listed(request) } }];
  }
  const own = (action: string, context: Context = {}): Check => ({
    action,
    resource: `${bucket.arn}/${request.key}`,
    context: { ...base, ...(version === undefined ? {} : { 's3:versionid': version }), ...context },
  });
  const action = version === undefined ? operation.action : (operation.versionAction ?? operation.action);
  const checks = NEW_OBJECT.includes(operation.name)
    ? newObject(request, bucket, own, assembly)
    : [own(action, { ...tagged(action, resolved.tags), ...requested(request), ...conditions(request) })];
  return [...reading(resolved, base), ...checks, ...governance(request, own)];
}

/** The condition keys of every action. */
function common({ presigned, contentHash, age }: S3Request, { account }: Assembly): Context {
  return {
    's3:authType': presigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:x-amz-content-sha256': contentHash,
    's3:TlsVersion': '1.3',
    's3:ResourceAccount': account,
    // Documented for presigned URLs only: "Amazon S3 Signature Version 4 Authentication Specific Policy Keys".
    ...(age === undefined ? {} : { 's3:signatureAge': String(age) }),
  };
}

function listed({ operation, query }: S3Request): Context {
  const keys = /^s3:ListBucket(Versions)?$/.test(operation.action) ? LISTED.filter((name) => query.has(name)) : [];
  return Object.fromEntries(keys.map((name) => [`s3:${name}`, query.get(name) ?? '']));
}

/** The check of each member by its key and version, in order. */
function deletions(request: S3Request, bucket: Bucket, base: Context): Check[] {
  return readDeletions(request).deletions.flatMap(({ key, version }) => {
    const own = (action: string): Check => ({
      action,
      resource: `${bucket.arn}/${key}`,
      context: { ...base, ...(version === undefined ? {} : { 's3:versionid': version }) },
    });
    return [own(version === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion'), ...governance(request, own)];
  });
}

function newObject(request: S3Request, bucket: Bucket, own: (action: string, context?: Context) => Check, assembly: Assembly): Check[] {
  const { headers } = request;
  const key = writeKey(request, bucket, assembly);
  const written = Object.fromEntries(WRITTEN.filter((name) => headers[name] !== undefined).map((name) => [`s3:${name}`, headers[name]]));
  const locks = Object.fromEntries(
    Object.entries(LOCKS).flatMap(([name, condition]) => (headers[name] === undefined ? [] : [[condition, headers[name]]])),
  );
  const named = headers['x-amz-server-side-encryption-aws-kms-key-id'] !== undefined && key !== undefined;
  const context: Context = {
    ...written,
    ...locks,
    ...requested(request),
    ...conditions(request),
    ...(named ? { 's3:x-amz-server-side-encryption-aws-kms-key-id': key } : {}),
  };
  const has = (pattern: RegExp) => Object.keys(headers).some((name) => pattern.test(name));
  return [
    own('s3:PutObject', context),
    ...(has(/^x-amz-(acl|grant-.*)$/) ? [own('s3:PutObjectAcl', context)] : []),
    ...(has(/^x-amz-tagging$/) ? [own('s3:PutObjectTagging', requested(request))] : []),
    ...(has(/^x-amz-object-lock-(mode|retain-until-date)$/) ? [own('s3:PutObjectRetention', locks)] : []),
    ...(has(/^x-amz-object-lock-legal-hold$/) ? [own('s3:PutObjectLegalHold', locks)] : []),
    ...(key === undefined ? [] : [onKey('kms:GenerateDataKey', key, bucket, request.key, assembly)]),
  ];
}

/** A copy reads its source with the caller's permissions. */
function reading({ source, sourceTags }: ResolvedRequest, base: Context): Check[] {
  if (!source) {
    return [];
  }
  const action = source.version === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  const version: Context = source.version === undefined ? {} : { 's3:versionid': source.version };
  return [{ action, resource: `${source.of.arn}/${source.key}`, context: { ...base, ...version, ...tagged(action, sourceTags) } }];
}

function tagged(action: string, tags: Tags | undefined): Context {
  return tags && dependsOnTags(action) ? Object.fromEntries(tags.map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value])) : {};
}

/** The tags in the request. */
function requested(request: S3Request): Context {
  const tags = readTags(request);
  return tags && tags.length > 0
    ? {
        's3:RequestObjectTagKeys': tags.map(([key]) => key),
        ...Object.fromEntries(tags.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
      }
    : {};
}

/** Conditional writes: "Enforce conditional writes on Amazon S3 buckets" (Amazon S3 User Guide). */
function conditions({ operation, headers }: S3Request): Context {
  const names = ['PutObject', 'CompleteMultipartUpload'].includes(operation.name) ? ['if-match', 'if-none-match'] : [];
  return Object.fromEntries(names.filter((name) => headers[name] !== undefined).map((name) => [`s3:${name}`, headers[name]]));
}

function governance({ headers }: S3Request, own: (action: string) => Check): Check[] {
  return headers['x-amz-bypass-governance-retention'] === 'true' ? [own('s3:BypassGovernanceRetention')] : [];
}
