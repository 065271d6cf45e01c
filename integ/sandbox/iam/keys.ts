import type { Assembly, Check, JsonObject } from '../contracts';

/**
 * The ARN of the customer managed key that a property names by id, ARN or alias. Undefined without a key, and for AWS managed keys, whose
 * policy allows everyone who may use the service.
 */
export function keyArn(assembly: Assembly, key: unknown): string | undefined {
  if (typeof key !== 'string' || isAwsManagedKey(key)) {
    return undefined;
  }
  const alias = /alias\/.+$/.exec(key)?.[0];
  if (alias) {
    const found = assembly.ofType('AWS::KMS::Alias').find((resource) => assembly.properties(resource).AliasName === alias);
    if (!found) {
      throw new Error(`${key} is not a key alias of the assembly`);
    }
    return keyArn(assembly, assembly.properties(found).TargetKeyId);
  }
  const { partition, region, account } = assembly;
  return key.startsWith('arn:') ? key : `arn:${partition}:kms:${region}:${account}:key/${key}`;
}

/** An AWS managed key, `alias/aws/sqs`. */
export function isAwsManagedKey(key: string): boolean {
  return /(^|:)alias\/aws\//.test(key);
}

/** The permission on a key that a service needs on behalf of its caller. */
export function keyCheck(action: string, key: string, viaService: string, encryptionContext: EncryptionContext): Check {
  const own = ownKeyCheck(action, key, encryptionContext);
  return { ...own, context: { 'aws:ViaAWSService': 'true', ...calledVia(viaService), 'kms:ViaService': viaService, ...own.context } };
}

/** The services that appear in `aws:CalledVia`. Documented: "AWS global condition context keys" (IAM User Guide). */
const IN_CALLED_VIA = ['athena', 'cloudformation', 'dynamodb', 'kms'];

/** The services in the chain of a request, of which there is one: `dynamodb.us-east-1.amazonaws.com` calls as `dynamodb.amazonaws.com`. */
function calledVia(viaService: string): Check['context'] {
  const [name] = viaService.split('.');
  const principal = `${name}.amazonaws.com`;
  return IN_CALLED_VIA.includes(name)
    ? { 'aws:CalledVia': [principal], 'aws:CalledViaFirst': principal, 'aws:CalledViaLast': principal }
    : {};
}

/** The permission on a key that a service needs on its own behalf. */
export function ownKeyCheck(action: string, key: string, encryptionContext: EncryptionContext): Check {
  return {
    action,
    resource: key,
    context: {
      'kms:EncryptionContextKeys': Object.keys(encryptionContext),
      // Services create grants for themselves.
      ...(action === 'kms:CreateGrant' ? { 'kms:GrantIsForAWSResource': 'true' } : {}),
      ...Object.fromEntries(Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    },
  };
}

/** What a service needs on its own behalf to send to a queue or a topic, which may have a key. @param name in the encryption context */
export function sendChecks(assembly: Assembly, arn: string, action: string, name: string): Check[] {
  const resource = assembly.byArn(arn);
  const key = resource && keyArn(assembly, assembly.properties(resource).KmsMasterKeyId);
  const keyActions = ['kms:GenerateDataKey', 'kms:Decrypt'];
  return [
    { action, resource: arn, context: {} },
    ...(key === undefined ? [] : keyActions.map((keyAction) => ownKeyCheck(keyAction, key, { [name]: arn }))),
  ];
}

type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The default key policy, which delegates to IAM policies of the account. Keys outside the assembly are assumed to have it, because only
 * AWS knows their policy. The start reports this.
 */
export function defaultKeyPolicy({ partition, account }: Pick<Assembly, 'partition' | 'account'>): JsonObject {
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] };
}

export function isKeyArn(arn: string): boolean {
  return /^arn:[^:]+:kms:[^:]+:\d{12}:key\//.test(arn);
}
