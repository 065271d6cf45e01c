import type { Assembly, JsonObject, Resource } from '../contracts';
import { type KeyUse, type KeyUser, keyUses } from './key-uses';
import { type Policies, readPolicies } from './policies';
import { objects, strings } from './policies/json';
import { keyArn, keyCheck, ownKeyCheck } from './policies/keys';

/** What is found of the keys of an assembly, one line each. */
export interface KeyFindings {
  /** What AWS would reject at the deployment, or what can't be run here. */
  readonly rejected: readonly string[];
  /** What would be deployed, and fail at each use. */
  readonly failing: readonly string[];
  /** What only AWS can decide. */
  readonly undecided: readonly string[];
}

interface Finding {
  readonly kind: keyof KeyFindings;
  readonly text: string;
}

/** Documented: KmsKeyId of AWS::Logs::LogGroup (CloudFormation Template Reference). An alias ARN fits; whether the service takes it is not documented. */
const LOG_GROUP_KEY = /^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/;

/**
 * What a service asks of a key. CloudWatch Logs asks for itself when a group is created; which of the documented actions is not documented, these are the
 * cryptographic ones ("Encrypt log data in CloudWatch Logs using AWS Key Management Service"). DynamoDB and Secrets Manager ask in the name of
 * whoever creates a table or a secret ("DynamoDB encryption at rest: usage notes", "Secret encryption and decryption in AWS Secrets Manager").
 */
const ACTIONS: Readonly<Record<KeyUser, readonly string[]>> = {
  logs: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'],
  dynamodb: [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:DescribeKey',
    'kms:CreateGrant',
  ],
  secretsmanager: ['kms:GenerateDataKey', 'kms:Decrypt'],
  sqs: ['kms:GenerateDataKey', 'kms:Decrypt'],
  s3: ['kms:GenerateDataKey'],
};

/**
 * SQS and S3 don't ask a key before it is used: "Amazon S3 doesn't validate the KMS key ID provided in PutBucketEncryption requests" (Amazon S3 API
 * Reference), and the errors of KMS are among those of SendMessage and ReceiveMessage, not of CreateQueue (Amazon SQS API Reference).
 */
const AT_USE: readonly KeyUser[] = ['sqs', 's3'];

/** The services' own messages. */
const WORDS: Readonly<Record<KeyUser, (use: KeyUse) => string>> = {
  logs: ({ context }) => `The specified KMS key does not exist or is not allowed to be used with Arn '${context['aws:logs:arn']}'`,
  dynamodb: () => 'KMS key access denied error',
  secretsmanager: () => 'Access to KMS is not allowed',
  sqs: () => 'no role of this assembly may use the key through SQS, so that each message fails',
  s3: () => 'no role of this assembly may use the key through S3, so that each upload fails',
};

/** Decides by the policies of the assembly's keys what AWS would reject of what names them. Nothing is started. */
export function keyFindings(assembly: Assembly): KeyFindings {
  const policies = attempt(() => readPolicies(assembly));
  if (policies === undefined) {
    return { rejected: [], failing: [], undecided: [] };
  }
  const keys = new Map(assembly.ofType('AWS::KMS::Key').map((resource) => [assembly.attribute(resource, 'Arn'), resource]));
  const found = [
    ...[...keys].flatMap(([arn, key]) => ofKey(assembly, policies, arn, key) ?? []),
    ...keyUses(assembly).flatMap((use) => ofUse(assembly, policies, keys, use) ?? []),
  ];
  const texts = (kind: Finding['kind']) => [...new Set(found.filter((finding) => finding.kind === kind).map(({ text }) => text))];
  return { rejected: texts('rejected'), failing: texts('failing'), undecided: texts('undecided') };
}

/** Documented: PutKeyPolicy (AWS KMS API Reference), BypassPolicyLockoutSafetyCheck. */
function ofKey(assembly: Assembly, policies: Policies, arn: string, { id, type, properties }: Resource): Finding | undefined {
  const denied = policies.forAdministrator({ action: 'kms:PutKeyPolicy', resource: arn, context: {} });
  if (denied === undefined || properties.BypassPolicyLockoutSafetyCheck === true || namesOthers(assembly, policies, arn)) {
    return undefined;
  }
  const text = `${type}.KeyPolicy: The new key policy will not allow you to update the key policy in the future (${id})`;
  return { kind: 'rejected', text };
}

function ofUse(assembly: Assembly, policies: Policies, keys: ReadonlyMap<string, Resource>, use: KeyUse): Finding | undefined {
  const { resource, property, user } = use;
  const named = (problem: string) => `${resource.type}.${property} ${problem} (${resource.id})`;
  const fails = (problem: string): Finding => ({ kind: AT_USE.includes(user) ? 'failing' : 'rejected', text: named(problem) });
  const undecided = (key: string): Finding => ({ kind: 'undecided', text: `what the policy of the key ${key} lets services do` });
  if (user === 'logs' && !LOG_GROUP_KEY.test(use.key)) {
    return fails(`${JSON.stringify(use.key)} is not the ARN of a key`);
  }
  const arn = attempt(() => keyArn(assembly, use.key));
  if (arn === undefined) {
    const text = named(`${use.key} is no alias of this assembly: which key its callers need is not known here`);
    return user === 'logs' ? undecided(use.key) : { kind: 'rejected', text };
  }
  const region = arn.split(':')[3];
  if (region !== assembly.region) {
    return fails(`is a key of ${region}, and a key is used in its own Region only`);
  }
  const key = keys.get(arn);
  if (key === undefined) {
    return undecided(`${arn}, which is not in this assembly,`);
  }
  const { KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT' } = assembly.properties(key);
  if (KeySpec !== 'SYMMETRIC_DEFAULT' || KeyUsage !== 'ENCRYPT_DECRYPT') {
    return fails(`is a key of the kind ${KeySpec} for ${KeyUsage}, and the service encrypts with symmetric keys only`);
  }
  const denied = denial(assembly, policies, use, arn);
  if (denied === undefined) {
    return undefined;
  }
  const open = user !== 'logs' && namesOthers(assembly, policies, arn);
  if (open) {
    return undecided(`${key.id}, which names principals from outside this assembly,`);
  }
  return fails(`names a key that can't be used: ${WORDS[user](use)}: ${denied}`);
}

/** AWS's message where a service could not use a key. */
function denial(assembly: Assembly, policies: Policies, { user, context }: KeyUse, key: string): string | undefined {
  const via = `${user}.${assembly.region}.amazonaws.com`;
  for (const action of ACTIONS[user]) {
    const check = user === 'logs' ? ownKeyCheck(action, key, context) : keyCheck(action, key, via, context);
    const denied = user === 'logs' ? policies.forService(via, context['aws:logs:arn'], check) : policies.forAdministrator(check);
    const byRole = () => policies.documents.roles.some(({ arn }) => attempt(() => policies.forRole(arn, check) === undefined) ?? true);
    if (denied !== undefined && !(AT_USE.includes(user) && byRole())) {
      return denied;
    }
  }
  return undefined;
}

/** Whether a key's policy allows something to an AWS principal from outside the assembly: it may be who deploys, or who uses what is deployed. */
function namesOthers({ partition, account }: Assembly, { documents }: Policies, key: string): boolean {
  const own = ['*', account, `arn:${partition}:iam::${account}:root`, ...documents.roles.map(({ arn }) => arn)];
  return objects([documents.resource(key)?.Statement ?? []].flat()).some(
    ({ Effect, Principal }) => Effect === 'Allow' && strings((Principal as JsonObject | undefined)?.AWS).some((arn) => !own.includes(arn)),
  );
}

/** Undefined where it can't be read: a custom resource has yet to say something, an alias is unknown, or the door rejects the policy when it opens. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
