/** One operation of S3: its request, its optional parameters and headers, and its IAM action. */
export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly on: 'service' | 'bucket' | 'object';
  /** Query parameters that identify this operation, together with the header `x-amz-copy-source` if `copies` is set. */
  readonly when?: readonly string[];
  readonly copies?: true;
  /** Optional query parameters. */
  readonly query?: readonly string[];
  /** Headers that are forwarded to the engine; a trailing star matches the rest of a name. */
  readonly headers?: readonly string[];
  readonly action: string;
  /** The action of a request with a version. */
  readonly versionAction?: string;
  /** Whether the endpoint rewrites the body for the engine, so that the engine reads exactly what the policies saw. */
  readonly rewritten?: true;
}

const LIST = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];
const READ = ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'x-amz-checksum-mode'];
const SHOWN = [
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding', 'response-content-language'],
  ...['response-content-type', 'response-expires'],
];
const CHECKSUMS = ['content-md5', 'x-amz-sdk-checksum-algorithm', 'x-amz-checksum-*'];
const ENCRYPTION = [
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
];
const NEW_OBJECT = [
  ...['content-type', 'content-encoding', 'cache-control', 'content-disposition', 'content-language', 'expires', 'x-amz-meta-*'],
  ...['x-amz-storage-class', 'x-amz-tagging', 'x-amz-website-redirect-location', 'x-amz-acl', 'x-amz-grant-*', ...ENCRYPTION],
  ...['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date', 'x-amz-object-lock-legal-hold'],
];
const COPY = ['x-amz-copy-source', 'x-amz-copy-source-if-*'];
const CONDITIONS = ['if-match', 'if-none-match'];
const GOVERNANCE = ['x-amz-bypass-governance-retention'];

/**
 * The supported operations. The first one that matches a request is used. Any other query parameter or `x-amz-` header is rejected by name.
 *
 * Documented: "Actions, resources, and condition keys for Amazon S3" (Service Authorization Reference), API operations, and "Required
 * permissions for Amazon S3 API operations" (Amazon S3 User Guide).
 */
export const OPERATIONS: readonly Operation[] = [
  operation('ListBuckets', 'GET service', {
    query: ['max-buckets', 'continuation-token', 'prefix', 'bucket-region'],
    action: 's3:ListAllMyBuckets',
  }),

  operation('HeadBucket', 'HEAD bucket', { action: 's3:ListBucket' }),
  operation('GetBucketLocation', 'GET bucket location'),
  operation('GetBucketVersioning', 'GET bucket versioning'),
  operation('GetBucketTagging', 'GET bucket tagging'),
  operation('GetBucketNotificationConfiguration', 'GET bucket notification', { action: 's3:GetBucketNotification' }),
  operation('PutBucketNotificationConfiguration', 'PUT bucket notification', {
    headers: [...CHECKSUMS, 'x-amz-skip-destination-validation'],
    action: 's3:PutBucketNotification',
    rewritten: true,
  }),
  operation('ListObjectVersions', 'GET bucket versions', {
    query: [...LIST, 'key-marker', 'version-id-marker'],
    action: 's3:ListBucketVersions',
  }),
  operation('ListMultipartUploads', 'GET bucket uploads', {
    query: ['prefix', 'delimiter', 'encoding-type', 'key-marker', 'max-uploads', 'upload-id-marker'],
    action: 's3:ListBucketMultipartUploads',
  }),
  operation('ListObjectsV2', 'GET bucket list-type', {
    query: [...LIST, 'continuation-token', 'start-after', 'fetch-owner'],
    action: 's3:ListBucket',
  }),
  operation('ListObjects', 'GET bucket', { query: [...LIST, 'marker'], action: 's3:ListBucket' }),
  operation('DeleteObjects', 'POST bucket delete', { headers: [...CHECKSUMS, ...GOVERNANCE], action: 's3:DeleteObject', rewritten: true }),

  operation('ListParts', 'GET object uploadId', { query: ['max-parts', 'part-number-marker'], action: 's3:ListMultipartUploadParts' }),
  operation('GetObjectTagging', 'GET object tagging', { query: ['versionId'] }),
  operation('GetObjectRetention', 'GET object retention', { query: ['versionId'], versionAction: 's3:GetObjectRetention' }),
  operation('GetObject', 'GET object', { query: ['versionId', 'partNumber', ...SHOWN], headers: READ }),
  operation('HeadObject', 'HEAD object', { query: ['versionId', 'partNumber', ...SHOWN], headers: READ, action: 's3:GetObject' }),
  operation('UploadPartCopy', 'PUT object uploadId partNumber', {
    copies: true,
    headers: [...COPY, 'x-amz-copy-source-range'],
    action: 's3:PutObject',
  }),
  operation('UploadPart', 'PUT object uploadId partNumber', { headers: CHECKSUMS, action: 's3:PutObject' }),
  operation('PutObjectTagging', 'PUT object tagging', { query: ['versionId'], headers: CHECKSUMS, rewritten: true }),
  operation('CopyObject', 'PUT object', {
    copies: true,
    headers: [...NEW_OBJECT, ...COPY, 'x-amz-metadata-directive', 'x-amz-tagging-directive', 'x-amz-checksum-algorithm'],
    action: 's3:PutObject',
  }),
  operation('PutObject', 'PUT object', { headers: [...NEW_OBJECT, ...CHECKSUMS, ...CONDITIONS] }),
  operation('CreateMultipartUpload', 'POST object uploads', {
    headers: [...NEW_OBJECT, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    action: 's3:PutObject',
  }),
  operation('CompleteMultipartUpload', 'POST object uploadId', {
    headers: ['x-amz-checksum-*', 'x-amz-mp-object-size', ...CONDITIONS],
    action: 's3:PutObject',
  }),
  operation('AbortMultipartUpload', 'DELETE object uploadId'),
  operation('DeleteObjectTagging', 'DELETE object tagging', { query: ['versionId'] }),
  operation('DeleteObject', 'DELETE object', { query: ['versionId'], headers: ['if-match', ...GOVERNANCE] }),
];

/**
 * An operation. Its action has the operation's name by default; the action of a version has `ObjectVersion` in its name.
 *
 * @param is the method, the target, and the query parameters that identify the operation
 */
function operation(name: string, is: string, more: Partial<Operation> = {}): Operation {
  const [method, on, ...when] = is.split(' ') as [Operation['method'], Operation['on'], ...string[]];
  const { action = `s3:${name}` } = more;
  const versioned = more.query?.includes('versionId') || name === 'DeleteObjects';
  return { name, method, on, when, ...(versioned ? { versionAction: action.replace('Object', 'ObjectVersion') } : {}), ...more, action };
}
