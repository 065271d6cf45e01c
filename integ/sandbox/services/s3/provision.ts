import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  type ObjectLockRetentionMode,
  type ObjectOwnership,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import type { Assembly, Json, JsonObject, Resource } from '../../contracts';
import { s3Client } from '../../engines/clients';
import { EngineError } from '../../engines/command';
import type { ProvisionContext } from '../../service-module';
import { bucketProblems } from './bucket-values';

/** Makes the buckets, and shows the engine their policies, so that it rejects a public one where that is blocked. */
export async function provisionBuckets({ assembly, engines, reject }: ProvisionContext): Promise<void> {
  const { account, region } = assembly;
  const client = s3Client(engines, { account, region });
  const made = new Map<string, Resource>();
  try {
    for (const resource of assembly.ofType('AWS::S3::Bucket')) {
      try {
        const name = assembly.ref(resource);
        const twin = made.get(name);
        if (twin) {
          throw new EngineError(`${resource.id} and ${twin.id} are both named ${name}: give one another BucketName`);
        }
        await create(client, assembly, resource);
        made.set(name, resource);
      } catch (error) {
        reject(resource, error as Error);
      }
    }
    for (const resource of assembly.ofType('AWS::S3::BucketPolicy')) {
      try {
        const { Bucket, PolicyDocument } = assembly.properties(resource);
        if (made.has(String(Bucket))) {
          const policy = new PutBucketPolicyCommand({ Bucket: String(Bucket), Policy: JSON.stringify(PolicyDocument) });
          await namingResource(resource, () => client.send(policy));
        }
      } catch (error) {
        reject(resource, error as Error);
      }
    }
  } finally {
    client.destroy();
  }
}

async function create(client: S3Client, assembly: Assembly, resource: Resource): Promise<void> {
  const properties = assembly.properties(resource);
  const problems = bucketProblems(resource, properties);
  if (problems.length > 0) {
    throw new EngineError(problems.join('\n'));
  }
  const Bucket = assembly.ref(resource);
  const ownership = objects(member(properties.OwnershipControls, 'Rules'))[0]?.ObjectOwnership ?? 'BucketOwnerEnforced';
  const lock = properties.ObjectLockConfiguration as JsonObject | undefined;
  const tags = objects(properties.Tags).map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) }));
  const blocked = properties.PublicAccessBlockConfiguration;
  const versioning = member(properties.VersioningConfiguration, 'Status');
  await namingResource(resource, async () => {
    await client.send(
      new CreateBucketCommand({
        Bucket,
        ObjectOwnership: ownership as ObjectOwnership,
        ObjectLockEnabledForBucket: isTrue(properties.ObjectLockEnabled),
        ...(assembly.region === 'us-east-1'
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: assembly.region as BucketLocationConstraint } }),
      }),
    );
    await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [encryption(properties)] } }));
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block(blocked) }));
    if (versioning !== undefined) {
      await client.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: versioning as 'Enabled' | 'Suspended' } }),
      );
    }
    if (lock !== undefined) {
      await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: retention(lock) }));
    }
    if (tags.length > 0) {
      await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tags } }));
    }
  });
}

/** S3 encrypts under keys of its own where it is not told otherwise. */
function encryption(properties: JsonObject) {
  const [rule] = objects(member(properties.BucketEncryption, 'ServerSideEncryptionConfiguration'));
  const { SSEAlgorithm = 'AES256', KMSMasterKeyID } = (rule?.ServerSideEncryptionByDefault ?? {}) as JsonObject;
  return {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: SSEAlgorithm as ServerSideEncryption,
      ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID: String(KMSMasterKeyID) }),
    },
    BucketKeyEnabled: isTrue(rule?.BucketKeyEnabled),
  };
}

/** CloudFormation's buckets block what they are told to block; without the property all of it, as S3 does since April 2023. */
function block(given: Json | undefined) {
  const setting = (name: string) => (given === undefined ? true : isTrue(member(given, name)));
  return {
    BlockPublicAcls: setting('BlockPublicAcls'),
    BlockPublicPolicy: setting('BlockPublicPolicy'),
    IgnorePublicAcls: setting('IgnorePublicAcls'),
    RestrictPublicBuckets: setting('RestrictPublicBuckets'),
  };
}

function retention(lock: JsonObject) {
  const rule = member(lock.Rule, 'DefaultRetention') as JsonObject | undefined;
  return {
    ObjectLockEnabled: 'Enabled' as const,
    ...(rule === undefined
      ? {}
      : {
          Rule: {
            DefaultRetention: {
              Mode: rule.Mode as ObjectLockRetentionMode,
              ...(rule.Days === undefined ? { Years: Number(rule.Years) } : { Days: Number(rule.Days) }),
            },
          },
        }),
  };
}

async function namingResource<T>(resource: Resource, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new EngineError(`${resource.id}: ${(error as Error).message}`);
  }
}

function member(value: Json | undefined, name: string): Json | undefined {
  return (value as JsonObject | undefined)?.[name];
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}

function isTrue(value: Json | undefined): boolean {
  return String(value) === 'true';
}
