import { Annotations, ArnFormat, Aws, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { known } from './known';
import { synthesized } from './synthesized';

/** Documented: "Encrypt log data in CloudWatch Logs using AWS Key Management Service". */
const LOGS_SID = 'LogGroupsOfThisAccountAndRegion';
const LOGS_ACTIONS = ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];

/**
 * The key permissions that DynamoDB, Lambda, Secrets Manager and SQS use on behalf of their callers. Documented: "DynamoDB encryption at
 * rest: usage notes", "Securing Lambda environment variables", "Secret encryption and decryption in AWS Secrets Manager", "Amazon SQS Key
 * management".
 */
const CALLERS_ACTIONS = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const CALLERS_SERVICES = ['dynamodb', 'lambda', 'secretsmanager', 'sqs'];

const logsAllowed = Symbol.for('cdk-andamio.EncryptionKey.logsAllowed');

/**
 * Allows CloudWatch Logs to use a key for the log groups of the key's account and Region. The service calls KMS on its own behalf, so it
 * needs a statement in the key policy. The statement covers all log groups of the account, because one that names a log group would depend
 * on it, and the log group on the key. A second call for the same key has no effect.
 *
 * @returns false if this app cannot change the policy of the key
 */
export function allowLogs(key: IKey): boolean {
  if (logsAllowed in key) return true;
  const stack = Stack.of(key);
  const logGroups = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const { statementAdded } = key.addToResourcePolicy(
    new PolicyStatement({
      sid: LOGS_SID,
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: LOGS_ACTIONS,
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    }),
  );
  if (statementAdded) Object.defineProperty(key, logsAllowed, { value: true });
  return statementAdded;
}

/** Warns that a key policy needs a statement for CloudWatch Logs that this app cannot add. */
export function warnOfLogs(scope: IConstruct, key: IKey): void {
  const { partition, region, account } = placeOf(scope, key);
  const statement = {
    Sid: LOGS_SID,
    Effect: 'Allow',
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: LOGS_ACTIONS,
    Resource: '*',
    Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
  };
  warnOfStatement(
    key,
    'importedKeyForLogs',
    'the deployment fails unless the policy of this imported key allows CloudWatch Logs to use it',
    statement,
  );
}

const deliveryAllowed = Symbol.for('cdk-andamio.LogDelivery.allowed');

/**
 * Allows the delivery of a state machine's logs to decrypt them, if a key encrypts both. Documented: "Data at rest encryption in Step
 * Functions", CloudWatch logging permissions. If this app cannot change the policy of the key, a warning has the statement.
 */
export function allowLogDelivery(scope: IConstruct, key: IKey): void {
  if (deliveryAllowed in key) return;
  Object.defineProperty(key, deliveryAllowed, { value: true });
  const stack = Stack.of(key);
  const statement = (sourceArn: string) => ({
    Sid: 'LogDeliveryOfThisAccountAndRegion',
    Effect: 'Allow',
    Principal: { Service: 'delivery.logs.amazonaws.com' },
    Action: ['kms:Decrypt*'],
    Resource: '*',
    Condition: { StringEquals: { 'kms:EncryptionContext:SourceArn': sourceArn } },
  });
  if (key.addToResourcePolicy(PolicyStatement.fromJson(statement(logDelivery(stack)))).statementAdded) return;
  const { partition, region, account } = placeOf(scope, key);
  warnOfStatement(
    key,
    'importedKeyForLogDelivery',
    'the log of the state machine stays empty unless the policy of this imported key allows the delivery of logs to use it',
    statement(`arn:${partition}:logs:${region}:${account}:*`),
  );
}

/** The encryption context of log delivery; the star is part of its value. */
export function logDelivery(stack: Stack): string {
  return stack.formatArn({ service: 'logs', resource: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/**
 * Warns that the policy of a key in another account needs a statement for the services that use the key on behalf of this account's roles.
 */
export function warnOfAccount(scope: IConstruct, key: IKey): void {
  const statement = callersStatement(scope, key);
  warnOfStatement(
    key,
    'keyOfAnotherAccount',
    `the policy of this key must allow account ${placeOf(scope, key).account} to use it`,
    statement,
  );
}

const policyWatched = Symbol.for('cdk-andamio.EncryptionKey.policyWatched');

/**
 * Warns if the policy of a key of this app, unlike the CDK's default, does not let IAM policies of the account grant its use. The
 * deployment and the roles of constructs can then not use the key, unless its policy names them. Runs at synthesis, because statements can
 * be added until then.
 */
export function warnOfClosedPolicy(scope: IConstruct, key: IKey): void {
  const { defaultChild } = key.node;
  if (policyWatched in key || !CfnResource.isCfnResource(defaultChild) || defaultChild.cfnResourceType !== 'AWS::KMS::Key') return;
  Object.defineProperty(key, policyWatched, { value: true });
  let isReported = false;
  key.node.addValidation({
    validate: () => {
      const { Statement: statements = [] } = synthesized(defaultChild).properties.KeyPolicy as { readonly Statement?: KeyStatement[] };
      if (isReported || [statements].flat().some(delegatesUseToAccount)) return [];
      isReported = true;
      Annotations.of(key).addWarningV2(
        'cdk-andamio:closedKeyPolicy',
        'the policy of this key does not let IAM policies of the account grant its use: the deployment fails unless the policy names the role that deploys, ' +
          'and services fail unless it names the roles of the constructs. This statement lets IAM policies grant both, through the services: ' +
          `${JSON.stringify(callersStatement(scope, key))}. If the policy names all roles, acknowledge the warning on a scope above the key.`,
      );
      return [];
    },
  });
}

interface KeyStatement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, unknown>> };
}

/**
 * Whether a statement lets IAM policies of the account grant use of the key. Documented: "Default key policy". A statement for a single
 * service, as constructs of the CDK add them, is not enough.
 */
function delegatesUseToAccount({ Effect, Principal, Action = [], Condition }: KeyStatement): boolean {
  const services = JSON.stringify([Condition?.StringEquals?.['kms:ViaService']].flat());
  if (Condition !== undefined && !CALLERS_SERVICES.every((service) => services.includes(`"${service}.`))) return false;
  const principals = [Principal === '*' ? '*' : ((Principal as { readonly AWS?: unknown } | undefined)?.AWS ?? [])].flat();
  const isAccount = principals.some((principal) =>
    /^"(\*|\d{12})"$|:root["\]]|^\{"Ref":"AWS::AccountId"\}$/.test(JSON.stringify(principal)),
  );
  const isUse = [Action].flat().some((action) => ['*', 'kms:*', 'kms:Decrypt', 'kms:Decrypt*', 'kms:De*', 'kms:D*'].includes(action));
  return Effect === 'Allow' && isAccount && isUse;
}

/** The statement that allows an account's roles to use a key through the services that they call. */
function callersStatement(scope: IConstruct, key: IKey): object {
  const { partition, region, account } = placeOf(scope, key);
  return {
    Sid: `ServicesOfAccount${/^\d+$/.test(account) ? account : ''}`,
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: CALLERS_ACTIONS,
    Resource: '*',
    Condition: { StringEquals: { 'kms:ViaService': CALLERS_SERVICES.map((service) => `${service}.${region}.amazonaws.com`) } },
  };
}

/** Warns that the policy of a key needs a statement that this app cannot add. */
export function warnOfStatement(key: IKey, id: string, need: string, statement: object): void {
  const remedy = `Add this statement to it, and acknowledge the warning on a scope above the key: ${JSON.stringify(statement)}`;
  Annotations.of(key).addWarningV2(`cdk-andamio:${id}`, `${need}, and this app cannot change that policy. ${remedy}`);
}

/** Partition, Region and account of the log groups and roles, with placeholders for what is not known at synthesis. */
export function placeOf(scope: IConstruct, key: IKey): { partition: string; region: string; account: string } {
  const stack = Stack.of(scope);
  const [, partition = Aws.PARTITION] = Token.isUnresolved(key.keyArn) ? [] : key.keyArn.split(':');
  return {
    partition: known('<partition>', partition, stack.partition),
    region: known('<region>', stack.region, key.env.region),
    account: known('<account>', stack.account),
  };
}
