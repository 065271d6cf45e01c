import type { Assembly, JsonObject, Resource } from '../contracts';
import { NotYetKnown } from '../errors';
import { objects } from './policies/json';

export type KeyUser = 'logs' | 'dynamodb' | 'secretsmanager' | 'sqs' | 's3';

/** A place of a template that names a key. */
export interface KeyUse {
  readonly resource: Resource;
  readonly property: string;
  readonly user: KeyUser;
  /** As the template has it: an id, an ARN or an alias. */
  readonly key: string;
  /** What the service encrypts for, in the encryption context of its requests. */
  readonly context: Readonly<Record<string, string>>;
}

type Reader = (assembly: Assembly, resource: Resource, properties: JsonObject) => Omit<KeyUse, 'resource' | 'key'> & { key: unknown };

const READERS: Readonly<Record<string, Reader>> = {
  'AWS::Logs::LogGroup': (assembly, resource, { KmsKeyId }) => ({
    user: 'logs',
    property: 'KmsKeyId',
    key: KmsKeyId,
    context: { 'aws:logs:arn': assembly.attribute(resource, 'Arn').replace(/:\*$/, '') },
  }),
  'AWS::DynamoDB::Table': (assembly, resource, { SSESpecification }) => ({
    user: 'dynamodb',
    property: 'SSESpecification.KMSMasterKeyId',
    key: (SSESpecification as JsonObject | undefined)?.KMSMasterKeyId,
    context: ofTable(assembly, resource),
  }),
  'AWS::DynamoDB::GlobalTable': (assembly, resource, { Replicas }) => ({
    user: 'dynamodb',
    property: 'Replicas.SSESpecification.KMSMasterKeyId',
    key: (objects(Replicas).find(({ Region }) => Region === assembly.region)?.SSESpecification as JsonObject | undefined)?.KMSMasterKeyId,
    context: ofTable(assembly, resource),
  }),
  // Documented: "Secret encryption and decryption in AWS Secrets Manager": access to a key is validated with this version.
  'AWS::SecretsManager::Secret': (assembly, resource, { KmsKeyId }) => ({
    user: 'secretsmanager',
    property: 'KmsKeyId',
    key: KmsKeyId,
    context: { SecretARN: assembly.ref(resource), SecretVersionId: 'RequestToValidateKeyAccess' },
  }),
  'AWS::SQS::Queue': (assembly, resource, { KmsMasterKeyId }) => ({
    user: 'sqs',
    property: 'KmsMasterKeyId',
    key: KmsMasterKeyId,
    context: { 'aws:sqs:arn': assembly.attribute(resource, 'Arn') },
  }),
  'AWS::S3::Bucket': (assembly, resource, { BucketEncryption }) => {
    const [rule = {}] = objects((BucketEncryption as JsonObject | undefined)?.ServerSideEncryptionConfiguration);
    const arn = assembly.attribute(resource, 'Arn');
    return {
      user: 's3',
      property: 'BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID',
      key: (rule.ServerSideEncryptionByDefault as JsonObject | undefined)?.KMSMasterKeyID,
      context: { 'aws:s3:arn': rule.BucketKeyEnabled === true ? arn : `${arn}/object` },
    };
  },
};

function ofTable(assembly: Assembly, resource: Resource): KeyUse['context'] {
  return { 'aws:dynamodb:tableName': assembly.ref(resource), 'aws:dynamodb:subscriberId': assembly.account };
}

/** Every place of an assembly that names a key of a customer. What a custom resource has yet to say is not looked at. */
export function keyUses(assembly: Assembly): KeyUse[] {
  return Object.entries(READERS).flatMap(([type, read]) =>
    assembly.ofType(type).flatMap((resource) => {
      try {
        const { key, ...use } = read(assembly, resource, assembly.properties(resource));
        return typeof key !== 'string' || /(^|:)alias\/aws\//.test(key) ? [] : [{ ...use, resource, key }];
      } catch (error) {
        if (error instanceof NotYetKnown) {
          return [];
        }
        throw error;
      }
    }),
  );
}
