import type { JsonObject } from '../contracts';
import { conditionKeysOf } from './evaluation';

/**
 * The condition keys of requests, by name in lower case; `*` stands for a name that the caller or the template chooses.
 *
 * - `filled`: the endpoint fills it in, as documented;
 * - `absent`: requests in the sandbox do not have it, as documented for requests like these: the reason says why;
 * - all other keys of these prefixes are not supported, because AWS would fill them in and the endpoint does not.
 *
 * Keys of services that the endpoint does not serve are not listed: no request to one of them is evaluated, and requests to other services
 * do not have them.
 *
 * Documented: "AWS global condition context keys" (IAM User Guide), and the Service Authorization Reference.
 */
const KEYS: Readonly<Record<string, readonly [support: 'filled' | 'absent', names: string, why?: string][]>> = {
  aws: [
    ['filled', 'CurrentTime EpochTime RequestedRegion SecureTransport SourceIp ViaAWSService CalledVia CalledViaFirst CalledViaLast'],
    ['filled', 'PrincipalAccount PrincipalArn PrincipalIsAWSService PrincipalServiceName PrincipalServiceNamesList PrincipalType userid'],
    ['filled', 'PrincipalTag/* RequestTag/* ResourceTag/* TagKeys ResourceAccount SourceAccount SourceArn SourceOwner TokenIssueTime'],
    ['filled', 'MultiFactorAuthPresent'],
    [
      'absent',
      'PrincipalOrgID PrincipalOrgPaths ResourceOrgID ResourceOrgPaths SourceOrgID SourceOrgPaths',
      'the account is in no organization',
    ],
    ['absent', 'username', 'only IAM users have it'],
    ['absent', 'MultiFactorAuthAge', 'nobody signs in with MFA'],
    ['absent', 'FederatedProvider SourceIdentity AssumedRoot', 'no session has it'],
    ['absent', 'Ec2InstanceSourceVpc Ec2InstanceSourcePrivateIPv4', 'only credentials of EC2 instances have it'],
  ],
  athena: [],
  cloudformation: [],
  cloudwatch: [['filled', 'namespace']],
  'cognito-idp': [],
  dynamodb: [['filled', 'Attributes EnclosingOperation FullTableScan LeadingKeys ReturnConsumedCapacity ReturnValues Select']],
  ecs: [['filled', 'cluster']],
  events: [['filled', 'source detail-type']],
  firehose: [],
  glue: [],
  iam: [['filled', 'PassedToService']],
  kms: [['filled', 'CallerAccount EncryptionContext:* EncryptionContextKeys GrantIsForAWSResource ViaService']],
  lambda: [
    ['filled', 'SourceFunctionArn'],
    ['absent', 'FunctionUrlAuthType InvokedViaFunctionUrl', 'no function is invoked by its URL'],
  ],
  logs: [],
  s3: [
    [
      'filled',
      'authType signatureversion signatureAge x-amz-content-sha256 TlsVersion ResourceAccount versionid prefix delimiter max-keys',
    ],
    ['filled', 'ExistingObjectTag/* RequestObjectTag/* RequestObjectTagKeys if-match if-none-match'],
    ['filled', 'x-amz-acl x-amz-grant-full-control x-amz-grant-read x-amz-grant-read-acp x-amz-grant-write x-amz-grant-write-acp'],
    ['filled', 'x-amz-copy-source x-amz-metadata-directive x-amz-storage-class x-amz-website-redirect-location'],
    ['filled', 'x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id'],
    ['filled', 'object-lock-mode object-lock-retain-until-date object-lock-legal-hold'],
    ['absent', 'DataAccessPointAccount DataAccessPointArn AccessPointNetworkOrigin', 'no request is made through an access point'],
  ],
  secretsmanager: [['filled', 'SecretId VersionId VersionStage ResourceTag/*']],
  sns: [['filled', 'Endpoint Protocol']],
  sqs: [],
  ssm: [['filled', 'Overwrite Recursive resourceTag/*']],
  states: [['filled', 'HTTPEndpoint HTTPMethod']],
  sts: [
    ['filled', 'ExternalId RoleSessionName'],
    ['absent', 'SourceIdentity TransitiveTagKeys', 'no session has it'],
  ],
};

const SUPPORTED = new Set(
  Object.entries(KEYS).flatMap(([service, rows]) =>
    rows.flatMap(([, names]) => names.split(' ').map((name) => `${service}:${name}`.toLowerCase())),
  ),
);

/** Whether policies may use a condition key, in any case of letters. */
export function isSupportedKey(key: string): boolean {
  const name = key.toLowerCase();
  const [service] = name.split(':', 1);
  if (KEYS[service] === undefined) return true;
  const chosen = /^([^:]+:[^/:]+[/:])./.exec(name)?.[1];
  return SUPPORTED.has(name) || (chosen !== undefined && SUPPORTED.has(`${chosen}*`));
}

/** The condition keys of a policy that the endpoint does not fill in, and why, one line each. */
export function unsupportedKeys(document: JsonObject, kind: 'identity' | 'resource'): string[] {
  return [...new Set(conditionKeysOf(document))].flatMap((key) => {
    if (!isSupportedKey(key)) return [`the condition key ${key} is not supported: the endpoint does not fill it in`];
    // Documented: "Using source function ARN to control function access behavior" (Lambda Developer Guide).
    const misplaced = kind === 'resource' && key.toLowerCase() === 'lambda:sourcefunctionarn';
    return misplaced ? [`the condition key ${key} has no value in policies of resources`] : [];
  });
}
