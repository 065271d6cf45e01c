import { Annotations, ArnFormat, Aws, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { synthesized } from './synthesized';

/** Documented: "Encrypt log data in CloudWatch Logs using AWS Key Management Service". */
const LOGS_SID = 'LogGroupsOfThisAccountAndRegion';
const LOGS_ACTIONS = ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];

/**
 * What DynamoDB, Lambda, Secrets Manager and SQS need of a key in the name of their callers. Documented: "DynamoDB encryption at rest: usage notes",
 * "Securing Lambda environment variables", "Secret encryption and decryption in AWS Secrets Manager", "Amazon SQS Key management".
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
 * Lets CloudWatch Logs use a key for the log groups of the key's account and Region, once per key. It encrypts on its own behalf, so that no caller's
 * permission covers it. Of the whole account and not of one log group: the policy would name the log group, which names the key.
 *
 * @returns false where the policy of the key is not this app's to change
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

/** Warns of the statement that a key needs for the log groups of a construct, where this app can't add it. */
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
  warn(key, 'importedKeyForLogs', 'the deployment fails unless the policy of this imported key lets CloudWatch Logs use it', statement);
}

/** Warns of the statement that a key of another account needs for the services that use it in the name of this account's roles. */
export function warnOfAccount(scope: IConstruct, key: IKey): void {
  const statement = callersStatement(scope, key);
  warn(key, 'keyOfAnotherAccount', `the policy of this key must let account ${placeOf(scope, key).account} use it`, statement);
}

const policyWatched = Symbol.for('cdk-andamio.EncryptionKey.policyWatched');

/**
 * Warns of a key of this app whose policy leaves no use of it to the IAM policies of the account, as the CDK's default does: who deploys and the roles
 * of a construct could not use it, unless the policy names them. Looked at when the app is synthesized, because the policy grows until then.
 */
export function warnOfClosedPolicy(scope: IConstruct, key: IKey): void {
  const { defaultChild } = key.node;
  if (policyWatched in key || !CfnResource.isCfnResource(defaultChild) || defaultChild.cfnResourceType !== 'AWS::KMS::Key') return;
  Object.defineProperty(key, policyWatched, { value: true });
  let isSaid = false;
  key.node.addValidation({
    validate: () => {
      const { Statement: statements = [] } = synthesized(defaultChild).properties.KeyPolicy as { readonly Statement?: KeyStatement[] };
      if (isSaid || [statements].flat().some(leavesUseToAccount)) return [];
      isSaid = true;
      Annotations.of(key).addWarningV2(
        'cdk-andamio:closedKeyPolicy',
        'the policy of this key leaves its use to no IAM policy of the account: the deployment fails, unless the policy names who deploys, and the ' +
          'services fail, unless it names the roles of the constructs. This statement lets IAM policies decide on both, through the services: ' +
          `${JSON.stringify(callersStatement(scope, key))}. Where all are named, acknowledge the warning on a scope above the key.`,
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

/** Documented: "Default key policy": the account as a principal lets its IAM policies decide. Constructs of the CDK add statements for one service each. */
function leavesUseToAccount({ Effect, Principal, Action = [], Condition }: KeyStatement): boolean {
  const services = JSON.stringify([Condition?.StringEquals?.['kms:ViaService']].flat());
  if (Condition !== undefined && !CALLERS_SERVICES.every((service) => services.includes(`"${service}.`))) return false;
  const principals = [Principal === '*' ? '*' : ((Principal as { readonly AWS?: unknown } | undefined)?.AWS ?? [])].flat();
  const isAccount = principals.some((principal) =>
    /^"(\*|\d{12})"$|:root["\]]|^\{"Ref":"AWS::AccountId"\}$/.test(JSON.stringify(principal)),
  );
  const isUse = [Action].flat().some((action) => ['*', 'kms:*', 'kms:Decrypt', 'kms:Decrypt*', 'kms:De*', 'kms:D*'].includes(action));
  return Effect === 'Allow' && isAccount && isUse;
}

/** Lets the roles of an account use a key, through the services that ask in their name. */
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

function warn(key: IKey, id: string, need: string, statement: object): void {
  const where = 'add this statement there, and acknowledge the warning on a scope above the key';
  Annotations.of(key).addWarningV2(`cdk-andamio:${id}`, `${need}, and it can't be changed here: ${where}: ${JSON.stringify(statement)}`);
}

/** Where log groups and roles are, as far as it is known at synthesis. */
function placeOf(scope: IConstruct, key: IKey): { partition: string; region: string; account: string } {
  const stack = Stack.of(scope);
  const known = (placeholder: string, ...values: string[]) => values.find((value) => !Token.isUnresolved(value)) ?? placeholder;
  const [, partition = Aws.PARTITION] = Token.isUnresolved(key.keyArn) ? [] : key.keyArn.split(':');
  return {
    partition: known('<partition>', partition, stack.partition),
    region: known('<region>', stack.region, key.env.region),
    account: known('<account>', stack.account),
  };
}
