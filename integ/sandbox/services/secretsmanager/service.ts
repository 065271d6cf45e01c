import { readEach } from '../../assembly/properties';
import type { Assembly, Check, EndpointService, Engine, JsonObject } from '../../contracts';
import { keyArn, keyCheck } from '../../iam/keys';
import { type AwsJson, jsonEngine, jsonService } from '../../protocol/aws-json';
import { ServiceError } from '../../protocol/service-error';
import { findSecret, readSecret, SECRET, type TemplateSecret } from './secret';

export const PROTOCOL: AwsJson = { target: 'secretsmanager', version: '1.1' };
const WRITE = ['kms:GenerateDataKey', 'kms:Decrypt'];

/**
 * The operations on a secret, with the permissions on its key that they require. Documented: "Secret encryption and decryption in AWS
 * Secrets Manager".
 */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  DescribeSecret: [],
  GetSecretValue: ['kms:Decrypt'],
  ListSecretVersionIds: [],
  PutSecretValue: WRITE,
  UpdateSecret: WRITE,
  UpdateSecretVersionStage: [],
};
/** The operations without a secret. */
const WITHOUT_SECRET = ['GetRandomPassword', 'ListSecrets'];

interface Secret extends Pick<TemplateSecret, 'arn' | 'name' | 'tags'> {
  readonly key?: string;
}

/** Secrets Manager's API, served by MiniStack. Secrets come from the template; callers can't create or delete them. */
export function secretsManagerService(assembly: Assembly, engine: Engine): EndpointService & { close(): void } {
  const { region } = assembly;
  const { call, close } = jsonEngine(engine, 'secretsmanager', PROTOCOL, assembly);
  const secrets = readEach(assembly, SECRET, readSecret).map(
    ({ arn, name, keyId, tags }): Secret => ({ arn, name, key: keyArn(assembly, keyId), tags }),
  );
  const find = (id: unknown) => findSecret(secrets, id);

  /** The version that is read, or the new version if the caller names it. It is part of the encryption context. */
  async function versionOf({ name }: Secret, operation: string, input: JsonObject): Promise<string | undefined> {
    if (operation !== 'GetSecretValue') return text(input.ClientRequestToken);
    if (input.VersionId !== undefined) return text(input.VersionId);
    const { VersionIdsToStages = {} } = await call('DescribeSecret', { SecretId: name });
    const wanted = input.VersionStage ?? 'AWSCURRENT';
    return Object.entries(VersionIdsToStages as Record<string, string[]>).find(([, stages]) => stages.includes(String(wanted)))?.[0];
  }

  async function keyChecks(secret: Secret, operation: string, input: JsonObject): Promise<Check[]> {
    const { key, arn } = secret;
    const untouched = operation === 'UpdateSecret' && input.SecretString === undefined && input.SecretBinary === undefined;
    const actions = untouched ? [] : (OPERATIONS[operation] ?? []);
    if (key === undefined || actions.length === 0) return [];
    const version = await versionOf(secret, operation, input);
    const context = { SecretARN: arn, ...(version === undefined ? {} : { SecretVersionId: version }) };
    return actions.map((action) => keyCheck(action, key, `secretsmanager.${region}.amazonaws.com`, context));
  }

  const service = jsonService({
    ...{ name: 'secretsmanager', protocol: PROTOCOL, member: 'Message' },
    read: (operation, input) => ({ checks: () => checksOf(operation, input), execute: () => execute(operation, input) }),
    deniedMessage: ({ check, message }) => (check.action.startsWith('kms:') ? 'Access to KMS is not allowed' : message),
  });
  return { ...service, close };

  async function checksOf(operation: string, input: JsonObject): Promise<Check[]> {
    const action = `secretsmanager:${operation}`;
    if (WITHOUT_SECRET.includes(operation)) return [{ action, resource: '*', context: {} }];
    const secret = find(input.SecretId);
    // Only a caller with permission learns that a secret does not exist.
    if (secret === undefined) return [{ action, resource: text(input.SecretId) ?? '*', context: {} }];
    return [{ action, resource: secret.arn, context: contextOf(secret, input) }, ...(await keyChecks(secret, operation, input))];
  }

  async function execute(operation: string, input: JsonObject): Promise<JsonObject> {
    if (WITHOUT_SECRET.includes(operation)) return withTemplateArns(await call(operation, input));
    if (OPERATIONS[operation] === undefined) {
      throw new ServiceError('InvalidRequestException', `The sandbox does not support the operation ${operation} of secretsmanager`);
    }
    if (operation === 'UpdateSecret' && input.KmsKeyId !== undefined) {
      throw new ServiceError('InvalidRequestException', 'The sandbox does not support UpdateSecret with KmsKeyId');
    }
    const secret = find(input.SecretId);
    if (secret === undefined) {
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    const output = await call(operation, { ...input, SecretId: secret.name });
    if (operation === 'GetSecretValue' && output.SecretString === undefined && output.SecretBinary === undefined) {
      const stage = text(input.VersionStage) ?? 'AWSCURRENT';
      throw new ServiceError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
      );
    }
    return { ...output, ARN: secret.arn };
  }

  /** Replaces the engine's ARNs in a list with those of the assembly. */
  function withTemplateArns(output: JsonObject): JsonObject {
    if (!Array.isArray(output.SecretList)) return output;
    const listed = (output.SecretList as JsonObject[]).flatMap((entry) => {
      const secret = find(entry.Name);
      return secret === undefined ? [] : [{ ...entry, ARN: secret.arn }];
    });
    return { ...output, SecretList: listed };
  }
}

/** The condition keys of a request. Documented: "Actions, resources, and condition keys for AWS Secrets Manager". */
function contextOf({ arn, tags }: Secret, { VersionId, VersionStage }: JsonObject): Record<string, string> {
  return {
    'secretsmanager:SecretId': arn,
    ...(VersionId === undefined ? {} : { 'secretsmanager:VersionId': String(VersionId) }),
    ...(VersionStage === undefined ? {} : { 'secretsmanager:VersionStage': String(VersionStage) }),
    ...Object.fromEntries(
      Object.entries(tags).flatMap(([name, value]) => [
        [`aws:ResourceTag/${name}`, value],
        [`secretsmanager:ResourceTag/${name}`, value],
      ]),
    ),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
