/** One operation of S3: which request it is, what may come with it, and the action of IAM that it is. */
export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly on: 'service' | 'bucket' | 'object';
  /** Query parameters whose presence, and with `copies` the header `x-amz-copy-source`, makes a request this operation. */
  readonly when?: readonly string[];
  readonly copies?: true;
  /** Further query parameters. */
  readonly query?: readonly string[];
  /** Headers that go on to the engine; a trailing star stands for the rest of a name. */
  readonly headers?: readonly string[];
  readonly action: string;
  /** The action where the request names a version. */
  readonly versionAction?: string;
  /** The endpoint reads the body and writes it anew for the engine, so that both read the same. */
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
 * What the endpoint serves. Of two that fit a request the first is meant. Any other query parameter or `x-amz-` header is rejected by name.
 *
 * Documented: «Actions, resources, and condition keys for Amazon S3» (Service Authorization Reference), API operations, and «Required
 * permissions for Amazon S3 API operations» (Amazon S3 User Guide).
 */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'ListBuckets',
    method: 'GET',
    on: 'service',
    query: ['max-buckets', 'continuation-token', 'prefix', 'bucket-region'],
    action: 's3:ListAllMyBuckets',
  },

  { name: 'HeadBucket', method: 'HEAD', on: 'bucket', action: 's3:ListBucket' },
  { name: 'GetBucketLocation', method: 'GET', on: 'bucket', when: ['location'], action: 's3:GetBucketLocation' },
  { name: 'GetBucketVersioning', method: 'GET', on: 'bucket', when: ['versioning'], action: 's3:GetBucketVersioning' },
  { name: 'GetBucketTagging', method: 'GET', on: 'bucket', when: ['tagging'], action: 's3:GetBucketTagging' },
  {
    name: 'ListObjectVersions',
    method: 'GET',
    on: 'bucket',
    when: ['versions'],
    query: [...LIST, 'key-marker', 'version-id-marker'],
    action: 's3:ListBucketVersions',
  },
  {
    name: 'ListMultipartUploads',
    method: 'GET',
    on: 'bucket',
    when: ['uploads'],
    query: ['prefix', 'delimiter', 'encoding-type', 'key-marker', 'max-uploads', 'upload-id-marker'],
    action: 's3:ListBucketMultipartUploads',
  },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    when: ['list-type'],
    query: [...LIST, 'continuation-token', 'start-after', 'fetch-owner'],
    action: 's3:ListBucket',
  },
  { name: 'ListObjects', method: 'GET', on: 'bucket', query: [...LIST, 'marker'], action: 's3:ListBucket' },
  {
    name: 'DeleteObjects',
    method: 'POST',
    on: 'bucket',
    when: ['delete'],
    headers: [...CHECKSUMS, ...GOVERNANCE],
    action: 's3:DeleteObject',
    versionAction: 's3:DeleteObjectVersion',
    rewritten: true,
  },

  {
    name: 'ListParts',
    method: 'GET',
    on: 'object',
    when: ['uploadId'],
    query: ['max-parts', 'part-number-marker'],
    action: 's3:ListMultipartUploadParts',
  },
  {
    name: 'GetObjectTagging',
    method: 'GET',
    on: 'object',
    when: ['tagging'],
    query: ['versionId'],
    action: 's3:GetObjectTagging',
    versionAction: 's3:GetObjectVersionTagging',
  },
  {
    name: 'GetObject',
    method: 'GET',
    on: 'object',
    query: ['versionId', 'partNumber', ...SHOWN],
    headers: READ,
    action: 's3:GetObject',
    versionAction: 's3:GetObjectVersion',
  },
  {
    name: 'HeadObject',
    method: 'HEAD',
    on: 'object',
    query: ['versionId', 'partNumber', ...SHOWN],
    headers: READ,
    action: 's3:GetObject',
    versionAction: 's3:GetObjectVersion',
  },
  {
    name: 'UploadPartCopy',
    method: 'PUT',
    on: 'object',
    when: ['uploadId', 'partNumber'],
    copies: true,
    headers: [...COPY, 'x-amz-copy-source-range'],
    action: 's3:PutObject',
  },
  { name: 'UploadPart', method: 'PUT', on: 'object', when: ['uploadId', 'partNumber'], headers: CHECKSUMS, action: 's3:PutObject' },
  {
    name: 'PutObjectTagging',
    method: 'PUT',
    on: 'object',
    when: ['tagging'],
    query: ['versionId'],
    headers: CHECKSUMS,
    action: 's3:PutObjectTagging',
    versionAction: 's3:PutObjectVersionTagging',
    rewritten: true,
  },
  {
    name: 'CopyObject',
    method: 'PUT',
    on: 'object',
    copies: true,
    headers: [...NEW_OBJECT, ...COPY, 'x-amz-metadata-directive', 'x-amz-tagging-directive', 'x-amz-checksum-algorithm'],
    action: 's3:PutObject',
  },
  { name: 'PutObject', method: 'PUT', on: 'object', headers: [...NEW_OBJECT, ...CHECKSUMS, ...CONDITIONS], action: 's3:PutObject' },
  {
    name: 'CreateMultipartUpload',
    method: 'POST',
    on: 'object',
    when: ['uploads'],
    headers: [...NEW_OBJECT, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    action: 's3:PutObject',
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    on: 'object',
    when: ['uploadId'],
    headers: ['x-amz-checksum-*', 'x-amz-mp-object-size', ...CONDITIONS],
    action: 's3:PutObject',
  },
  { name: 'AbortMultipartUpload', method: 'DELETE', on: 'object', when: ['uploadId'], action: 's3:AbortMultipartUpload' },
  {
    name: 'DeleteObjectTagging',
    method: 'DELETE',
    on: 'object',
    when: ['tagging'],
    query: ['versionId'],
    action: 's3:DeleteObjectTagging',
    versionAction: 's3:DeleteObjectVersionTagging',
  },
  {
    name: 'DeleteObject',
    method: 'DELETE',
    on: 'object',
    query: ['versionId'],
    headers: ['if-match', ...GOVERNANCE],
    action: 's3:DeleteObject',
    versionAction: 's3:DeleteObjectVersion',
  },
];
