import type { Assembly, JsonObject } from '../../contracts';
import { named, objects, strings } from './json';
import { defaultKeyPolicy } from './keys';

/** Queue, bucket, key, table, secret and trust policies and the permissions of functions, by the ARN of what they are attached to. */
export function resourcePolicies(assembly: Assembly): Map<string, JsonObject> {
  const policies = new Map<string, JsonObject>();
  for (const resource of assembly.ofType('AWS::SQS::QueuePolicy')) {
    const { PolicyDocument, Queues } = assembly.properties(resource);
    for (const url of strings(Queues)) {
      const arn = queueArn(url, assembly);
      if (policies.has(arn)) {
        throw new Error(`${named(resource)}: ${arn} has a policy already, and a queue has only one`);
      }
      policies.set(arn, PolicyDocument as JsonObject);
    }
  }
  for (const resource of assembly.ofType('AWS::S3::BucketPolicy')) {
    const { PolicyDocument, Bucket } = assembly.properties(resource);
    const arn = `arn:${assembly.partition}:s3:::${Bucket}`;
    if (policies.has(arn)) {
      throw new Error(`${named(resource)}: ${arn} has a policy already, and a bucket has only one`);
    }
    policies.set(arn, PolicyDocument as JsonObject);
  }
  for (const resource of assembly.ofType('AWS::KMS::Key')) {
    policies.set(
      assembly.attribute(resource, 'Arn'),
      (assembly.properties(resource).KeyPolicy as JsonObject) ?? defaultKeyPolicy(assembly),
    );
  }
  for (const resource of assembly.ofType('AWS::IAM::Role')) {
    policies.set(assembly.attribute(resource, 'Arn'), assembly.properties(resource).AssumeRolePolicyDocument as JsonObject);
  }
  for (const resource of assembly.ofType('AWS::DynamoDB::Table')) {
    const policy = assembly.properties(resource).ResourcePolicy as JsonObject | undefined;
    if (policy) {
      policies.set(assembly.attribute(resource, 'Arn'), policy.PolicyDocument as JsonObject);
    }
  }
  for (const resource of assembly.ofType('AWS::SecretsManager::ResourcePolicy')) {
    const { ResourcePolicy, SecretId } = assembly.properties(resource);
    const arn = secretArn(assembly, String(SecretId));
    if (arn === undefined) {
      throw new Error(`${named(resource)}: ${SecretId} is not a secret of the assembly`);
    }
    if (policies.has(arn)) {
      throw new Error(`${named(resource)}: ${arn} has a policy already, and a secret has only one`);
    }
    policies.set(arn, ResourcePolicy as JsonObject);
  }
  for (const resource of assembly.ofType('AWS::Lambda::Permission')) {
    const statement = permission(assembly, assembly.properties(resource));
    const arn = String(statement.Resource).split(':').slice(0, 7).join(':');
    const policy = policies.get(arn) ?? { Version: '2012-10-17', Statement: [] };
    policies.set(arn, { ...policy, Statement: [...objects(policy.Statement), statement] });
  }
  return policies;
}

/** `https://sqs.<region>.amazonaws.com/<account>/<name>`, or any URL that ends so. */
export function queueArn(url: string, { partition, region }: Pick<Assembly, 'partition' | 'region'>): string {
  const [account, name] = url.split('/').slice(-2);
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}

/** Of a secret that is named by its ARN, in whole or without the six characters at its end, or by its name. */
function secretArn(assembly: Assembly, id: string): string | undefined {
  const arns = assembly.ofType('AWS::SecretsManager::Secret').map((resource) => assembly.ref(resource));
  return arns.find((arn) => arn === id || arn.slice(0, -7) === id || arn.slice(0, -7).endsWith(`:secret:${id}`));
}

const UNDERSTOOD = new Set(['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount', 'FunctionUrlAuthType', 'PrincipalOrgID']);

/** The statement that AddPermission writes into the policy of a function. */
function permission({ partition, region, account }: Assembly, properties: JsonObject): JsonObject {
  for (const name of Object.keys(properties)) {
    if (!UNDERSTOOD.has(name)) {
      throw new Error(`AWS::Lambda::Permission.${name} is not understood`);
    }
  }
  const { Action, FunctionName, Principal, SourceArn, SourceAccount, FunctionUrlAuthType, PrincipalOrgID } = properties as Record<
    string,
    string
  >;
  const conditions: JsonObject = {
    ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...stringEquals({
      'AWS:SourceAccount': SourceAccount,
      'lambda:FunctionUrlAuthType': FunctionUrlAuthType,
      'aws:PrincipalOrgID': PrincipalOrgID,
    }),
  };
  const service = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(Principal);
  return {
    Effect: 'Allow',
    Principal:
      Principal === '*'
        ? '*'
        : service
          ? { Service: Principal }
          : { AWS: /^\d{12}$/.test(Principal) ? `arn:${partition}:iam::${Principal}:root` : Principal },
    Action,
    Resource: FunctionName.startsWith('arn:') ? FunctionName : `arn:${partition}:lambda:${region}:${account}:function:${FunctionName}`,
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}

function stringEquals(values: Record<string, string | undefined>): JsonObject {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length > 0 ? { StringEquals: Object.fromEntries(given) } : {};
}
