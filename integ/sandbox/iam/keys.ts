import type { Assembly, Check } from '../contracts';

/**
 * The ARN of the customer-managed key that a property names by id, ARN or alias; undefined for none and for a key that AWS
 * manages, whose policy lets everyone in who may use the service.
 */
export function keyArn(assembly: Assembly, key: unknown): string | undefined {
  if (typeof key !== 'string' || /(^|:)alias\/aws\//.test(key)) {
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

/** The permission on a key that a service needs on behalf of its caller. */
export function keyCheck(action: string, key: string, viaService: string, encryptionContext: Readonly<Record<string, string>>): Check {
  return {
    action,
    resource: key,
    context: {
      'aws:ViaAWSService': 'true',
      'kms:ViaService': viaService,
      'kms:EncryptionContextKeys': Object.keys(encryptionContext),
      ...Object.fromEntries(Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    },
  };
}
