import { CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { CfnKey, IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import { warnOfAccount, warnOfClosedPolicy } from './key-policy';

/** Rejects a key that no service could use: an alias, one that is not symmetric, or one that is disabled. */
export function checkKey(where: IConstruct, property: string, key: IKey): void {
  rejectAlias(where, property, key);
  rejectAsymmetric(where, property, key);
  const { enabled } = (key.node.defaultChild ?? {}) as Partial<CfnKey>;
  if (enabled === false) invalid(where, `enabled of ${property} ${key.node.path}`, enabled, 'true: nothing encrypts with a disabled key');
}

/** Rejects a key that the services of a construct could not use, and warns of what one of another account needs. */
export function checkKeyHere(where: IConstruct, property: string, key: IKey): void {
  checkKey(where, property, key);
  const { region, account } = Stack.of(where);
  // KMS keys belong to a Region: DynamoDB, for one, asks whether the key "exists in the account and region" ("DynamoDB encryption at rest:
  // usage notes").
  if (Token.compareStrings(region, key.env.region) === TokenComparison.DIFFERENT) {
    invalid(where, property, key, `a key of ${region}, and it is one of ${key.env.region}`);
  }
  if (Token.compareStrings(account, key.env.account) === TokenComparison.DIFFERENT) warnOfAccount(where, key);
  else warnOfClosedPolicy(where, key);
}

/**
 * Rejects an alias. An alias ARN as the resource of an IAM statement allows no use of its key (documented: "Specifying KMS keys in IAM
 * policy statements"), so that every request would fail. By what it has and not by its class: another copy of the CDK has other classes,
 * and `Key.fromKeyArn` takes an alias ARN.
 */
export function rejectAlias(where: IConstruct, property: string, key: IKey): void {
  if (isKeyOfApp(key)) return;
  const identifiers = [key.keyArn, key.keyId].map((identifier) => textOf(key, identifier));
  if (!('aliasName' in key) && !identifiers.some((identifier) => /(^|:)alias\//.test(identifier))) return;
  invalid(
    where,
    property,
    key,
    "a key and not an alias: pass the key itself, Key.fromKeyArn(…, 'arn:aws:kms:<region>:<account>:key/<id>'), or Key.fromLookup(…, { aliasName }), which finds the key behind an alias at synthesis",
  );
}

/** Services encrypt with symmetric keys only. Documented for CloudWatch Logs, DynamoDB, Secrets Manager and S3. */
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

/** Such a key is no alias, and its ARN needs no look. */
function isKeyOfApp({ node: { defaultChild } }: IKey): boolean {
  return defaultChild !== undefined && CfnResource.isCfnResource(defaultChild) && defaultChild.cfnResourceType === 'AWS::KMS::Key';
}

/** With the text around tokens: `arn:${AWS::Partition}:…:alias/name`. */
function textOf(key: IKey, identifier: string): string {
  const resolved: unknown = Token.isUnresolved(identifier) ? Stack.of(key).resolve(identifier) : identifier;
  if (typeof resolved === 'string') return resolved;
  const [separator, parts] = ((resolved as Record<string, unknown>)['Fn::Join'] ?? ['', []]) as [string, unknown[]];
  return parts.map((part) => (typeof part === 'string' ? part : '')).join(separator);
}
