import { CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { CfnKey, IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import { warnOfAccount, warnOfClosedPolicy } from './key-policy';

/** Rejects a key that services cannot encrypt with: an alias, an asymmetric key or a disabled one. */
export function checkKey(where: IConstruct, property: string, key: IKey): void {
  rejectAlias(where, property, key);
  rejectAsymmetric(where, property, key);
  const { enabled } = (key.node.defaultChild ?? {}) as Partial<CfnKey>;
  if (enabled === false) invalid(where, `enabled of ${property} ${key.node.path}`, enabled, 'true: nothing encrypts with a disabled key');
}

/** Also rejects a key of another Region, and warns if the key policy may not allow the construct's services to use the key. */
export function checkKeyHere(where: IConstruct, property: string, key: IKey): void {
  checkKey(where, property, key);
  const { region, account } = Stack.of(where);
  // KMS keys belong to a Region. DynamoDB, for example, checks whether the key "exists in the account and region" (documented: "DynamoDB
  // encryption at rest: usage notes").
  if (Token.compareStrings(region, key.env.region) === TokenComparison.DIFFERENT) {
    invalid(where, property, key, `a key in ${region}: this one is in ${key.env.region}`);
  }
  if (Token.compareStrings(account, key.env.account) === TokenComparison.DIFFERENT) warnOfAccount(where, key);
  else warnOfClosedPolicy(where, key);
}

/**
 * Rejects an alias. An alias ARN as the resource of an IAM statement grants no use of the key (documented: "Specifying KMS keys in IAM
 * policy statements"), so every request would fail. Checks properties and not the class, because another copy of the CDK has other classes,
 * and `Key.fromKeyArn` accepts an alias ARN.
 */
export function rejectAlias(where: IConstruct, property: string, key: IKey): void {
  if (isKeyOfApp(key)) return;
  const identifiers = [key.keyArn, key.keyId].map((identifier) => textOf(key, identifier));
  if (!('aliasName' in key) && !identifiers.some((identifier) => /(^|:)alias\//.test(identifier))) return;
  invalid(
    where,
    property,
    key,
    "a key, not an alias: pass the key itself, Key.fromKeyArn(…, 'arn:aws:kms:<region>:<account>:key/<id>'), or Key.fromLookup(…, { aliasName }), which finds the key behind an alias at synthesis",
  );
}

/** Rejects an asymmetric key. Documented for CloudWatch Logs, DynamoDB, Secrets Manager and S3: they support symmetric keys only. */
function rejectAsymmetric(where: IConstruct, property: string, { node }: IKey): void {
  const { keySpec, keyUsage } = (node.defaultChild ?? {}) as Partial<CfnKey>;
  for (const [name, value, right] of [
    ['keySpec', keySpec, 'SYMMETRIC_DEFAULT'],
    ['keyUsage', keyUsage, 'ENCRYPT_DECRYPT'],
  ]) {
    if (value === undefined || Token.isUnresolved(value) || value === right) continue;
    invalid(where, `${name} of ${property} ${node.path}`, value, `${right}: AWS services encrypt with symmetric keys only`);
  }
}

/** A key that this app creates is not an alias. */
function isKeyOfApp({ node: { defaultChild } }: IKey): boolean {
  return defaultChild !== undefined && CfnResource.isCfnResource(defaultChild) && defaultChild.cfnResourceType === 'AWS::KMS::Key';
}

/** The literal text of an identifier, without its tokens: `arn::…:alias/name`. */
function textOf(key: IKey, identifier: string): string {
  const resolved: unknown = Token.isUnresolved(identifier) ? Stack.of(key).resolve(identifier) : identifier;
  if (typeof resolved === 'string') return resolved;
  const [separator, parts] = ((resolved as Record<string, unknown>)['Fn::Join'] ?? ['', []]) as [string, unknown[]];
  return parts.map((part) => (typeof part === 'string' ? part : '')).join(separator);
}
