import type { Request } from './evaluate';

/** What an action accesses: items by leading keys, objects by key, object names by prefix, a KMS key. */
export type Reach = 'items' | 'objects' | 'names' | 'key';
export type Target = 'table' | 'index' | 'object' | 'bucket' | 'key';

/** The context that a service sets for one action. */
export interface ActionFacts {
  readonly reach: Reach;
  /** The resource that the action is authorized for. */
  readonly on: readonly Target[];
  /**
   * How many values the service sets for the context key. `never`: the service sets none, so that a permission applies to all data. `may`:
   * it depends on the request.
   */
  readonly fills: 'one' | 'several' | 'may' | 'never';
  /** API operations, and their members, that need the action. */
  readonly askedBy: readonly string[];
}

/** The context key for what an action accesses. An object is identified by its ARN. */
export const TELLS = { items: 'dynamodb:LeadingKeys', objects: undefined, names: 's3:prefix', key: 'kms:ViaService' } as const;

/** The context key for the attributes that a request names. */
export const NAMES = 'dynamodb:Attributes';

/**
 * Actions that can set an attribute of an item. DynamoDB sets the context key to the attributes that the request names, including the
 * item's keys. Documented: «Using IAM policy conditions for fine-grained access control», DynamoDB Developer Guide. That DynamoDB always
 * sets the key cannot be shown offline, so each case is also evaluated without it, and must then give no access.
 */
export const GIVES = ['PutItem', 'UpdateItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLUpdate'].map((name) => `dynamodb:${name}`);

const item = (fills: ActionFacts['fills'], on: readonly Target[], ...askedBy: string[]): ActionFacts => ({
  reach: 'items',
  on,
  fills,
  askedBy,
});
const object = (...askedBy: string[]): ActionFacts => ({ reach: 'objects', on: ['object'], fills: 'one', askedBy });
const names = (fills: ActionFacts['fills'], ...askedBy: string[]): ActionFacts => ({ reach: 'names', on: ['bucket'], fills, askedBy });
const key: ActionFacts = { reach: 'key', on: ['key'], fills: 'may', askedBy: ['a call to KMS', 'a service that was called'] };

/**
 * The context that each service sets. Both proofs depend on this table, because set operators and negated operators are true when their key
 * is missing. A proof stops at an action that is not listed, and at a permission with an action pattern.
 *
 * Documented: Service Authorization Reference, «Actions, resources, and condition keys» of Amazon DynamoDB, Amazon S3 and AWS KMS (a test
 * compares the keys with it); `dynamodb:LeadingKeys` is a set, and has a member for each key of a batch («Using IAM policy conditions for
 * fine-grained access control», DynamoDB Developer Guide). That a service always sets a key cannot be shown offline, so neither proof
 * depends on it: each action is also evaluated without the key, and must then give no access.
 */
export const ACTIONS: Readonly<Record<string, ActionFacts>> = {
  'dynamodb:GetItem': item('one', ['table'], 'GetItem', 'TransactGetItems.Get'),
  'dynamodb:PutItem': item('one', ['table'], 'PutItem', 'TransactWriteItems.Put'),
  'dynamodb:UpdateItem': item('one', ['table'], 'UpdateItem', 'TransactWriteItems.Update'),
  'dynamodb:DeleteItem': item('one', ['table'], 'DeleteItem', 'TransactWriteItems.Delete'),
  'dynamodb:ConditionCheckItem': item('one', ['table'], 'TransactWriteItems.ConditionCheck'),
  'dynamodb:Query': item('one', ['table', 'index'], 'Query'),
  'dynamodb:BatchGetItem': item('several', ['table'], 'BatchGetItem'),
  'dynamodb:BatchWriteItem': item('several', ['table'], 'BatchWriteItem'),
  'dynamodb:PartiQLInsert': item('one', ['table'], 'ExecuteStatement INSERT', 'BatchExecuteStatement INSERT', 'ExecuteTransaction INSERT'),
  'dynamodb:PartiQLUpdate': item('one', ['table'], 'ExecuteStatement UPDATE', 'BatchExecuteStatement UPDATE', 'ExecuteTransaction UPDATE'),
  'dynamodb:PartiQLDelete': item('one', ['table'], 'ExecuteStatement DELETE', 'BatchExecuteStatement DELETE', 'ExecuteTransaction DELETE'),
  // A SELECT without the partition key is a Scan.
  'dynamodb:PartiQLSelect': item('may', ['table', 'index'], 'ExecuteStatement SELECT', 'BatchExecuteStatement SELECT'),
  'dynamodb:Scan': item('never', ['table', 'index'], 'Scan'),
  's3:GetObject': object('GetObject', 'HeadObject', 'CopyObject (source)', 'UploadPartCopy (source)'),
  's3:PutObject': object('PutObject', 'CopyObject (target)', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'),
  's3:DeleteObject': object('DeleteObject', 'DeleteObjects (each)'),
  's3:AbortMultipartUpload': object('AbortMultipartUpload'),
  's3:GetObjectVersion': object('GetObject of a version'),
  's3:DeleteObjectVersion': object('DeleteObject of a version'),
  's3:ListBucket': names('may', 'ListObjectsV2', 'ListObjects', 'HeadBucket'),
  's3:ListBucketVersions': names('may', 'ListObjectVersions'),
  's3:ListBucketMultipartUploads': names('never', 'ListMultipartUploads'),
  'kms:Decrypt': key,
  'kms:DescribeKey': key,
  'kms:Encrypt': key,
  'kms:GenerateDataKey': key,
  'kms:GenerateDataKeyWithoutPlaintext': key,
  'kms:ReEncryptFrom': key,
  'kms:ReEncryptTo': key,
};

/**
 * Actions that read definitions of tables and reach nobody's data. Partitions of a table without projection would be named after tenants, so
 * that a table with them stops the proof.
 */
export const DEFINITIONS = ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'];

/** `TransactWriteItems.Put` is a member; the enclosing operation is in the context of each member. */
export function enclosing(askedBy: string): Request['context'] {
  const operation = /^(Transact\w+)\.|^(ExecuteTransaction) /.exec(askedBy);
  return operation ? { 'dynamodb:EnclosingOperation': operation[1] ?? operation[2] } : {};
}

/**
 * A tag value that STS accepts: in ASCII only letters, digits, spaces and `_.:/=+-@`, and at most 256 characters. Documented: «Pass session
 * tags in AWS STS», Tag in the STS API Reference (`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`).
 */
export function stsTakes(value: string): boolean {
  return /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(value) && value.length <= 256;
}
