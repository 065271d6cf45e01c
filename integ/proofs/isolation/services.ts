import type { Request } from './evaluate';

/** What an action reaches: items by their leading keys, objects by their key, names of objects by a prefix, a KMS key. */
export type Reach = 'items' | 'objects' | 'names' | 'key';
export type Target = 'table' | 'index' | 'object' | 'bucket' | 'key';

/** What a service tells IAM about one action. */
export interface ActionFacts {
  readonly reach: Reach;
  /** What the action is asked about. */
  readonly on: readonly Target[];
  /**
   * How many values the service puts under `tells`, where it does so at all. `never`: IAM learns nothing of what is touched, so that what is
   * allowed is allowed on everything. `may`: it depends on what the caller asks for.
   */
  readonly fills: 'one' | 'several' | 'may' | 'never';
  /** Operations of the API, and members of them, that ask for the action. */
  readonly askedBy: readonly string[];
}

/** The context key that says what an action reaches. An object says it by its ARN. */
export const TELLS = { items: 'dynamodb:LeadingKeys', objects: undefined, names: 's3:prefix', key: 'kms:ViaService' } as const;

/** The context key that has the attributes which a request names. */
export const NAMES = 'dynamodb:Attributes';

/**
 * Actions that can give an attribute of an item a value. DynamoDB says the attributes that such a request names, the keys of the item among
 * them. Documented: «Using IAM policy conditions for fine-grained access control», DynamoDB Developer Guide. As of every key, that it does so
 * each time cannot be shown offline; the key is also left out, and must then open nothing.
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
 * What the service puts into the context. Both proofs stand on this table: a set operator is true, and a negated one too, where its key is missing.
 * An action that is not here stops a proof, so does a permission that names actions by a pattern.
 *
 * Documented: Service Authorization Reference, «Actions, resources, and condition keys» of Amazon DynamoDB, Amazon S3 and AWS KMS (a test
 * compares the keys with it); `dynamodb:LeadingKeys` is a set, and has a member for each key of a batch («Using IAM policy conditions for
 * fine-grained access control», DynamoDB Developer Guide). That a service fills a key each time cannot be shown offline, so neither proof
 * leans on it: for each action the key is also left out, and must then open nothing.
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
  // A SELECT without the partition key is a Scan in another language.
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

/** `TransactWriteItems.Put` is a member; the operation around it is in the context of each. */
export function enclosing(askedBy: string): Request['context'] {
  const operation = /^(Transact\w+)\.|^(ExecuteTransaction) /.exec(askedBy);
  return operation ? { 'dynamodb:EnclosingOperation': operation[1] ?? operation[2] } : {};
}

/**
 * A tag's value as STS takes it: of ASCII, letters, digits, spaces and `_.:/=+-@` alone, at most 256 characters. Documented: «Pass session
 * tags in AWS STS», Tag in the STS API Reference (`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`).
 */
export function stsTakes(value: string): boolean {
  return /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(value) && value.length <= 256;
}
