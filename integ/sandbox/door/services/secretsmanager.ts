import type { Assembly, Check, Denial, DoorReply, DoorRequest, DoorService, Engine, JsonObject } from '../../contracts';
import { keyArn, keyCheck } from '../policies/keys';
import { Refusal } from '../refusal';
import { createUpstream, scopeOf } from '../upstream';

const TARGET = /^secretsmanager\.(\w+)$/;
const JSON_1_1 = 'application/x-amz-json-1.1';
const WRITE = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** What is asked of the key of a secret, beside the operation itself. Documented: "Secret encryption and decryption in AWS Secrets Manager". */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  DescribeSecret: [],
  GetSecretValue: ['kms:Decrypt'],
  ListSecretVersionIds: [],
  PutSecretValue: WRITE,
  UpdateSecret: WRITE,
  UpdateSecretVersionStage: [],
};
/** What is about no secret in particular. */
const OF_ALL = ['GetRandomPassword', 'ListSecrets'];

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly key?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Secrets Manager in front of MiniStack: secrets of the template, found by ARN or name, and never made or removed by a call. */
export function secretsManagerService(assembly: Assembly, engine: Engine): DoorService & { close(): void } {
  const { account, region } = assembly;
  const upstream = createUpstream(engine.name, engine.url);
  const authorization = scopeOf('secretsmanager', account, region);
  const secrets = assembly.ofType('AWS::SecretsManager::Secret').map((resource): Secret => {
    const arn = assembly.ref(resource);
    const { KmsKeyId, Tags = [] } = assembly.properties(resource);
    const tags = Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
    return { arn, name: nameOf(arn), key: keyArn(assembly, KmsKeyId), tags };
  });
  const operationOf = ({ headers }: DoorRequest) => TARGET.exec(headers['x-amz-target'] ?? '')?.[1] ?? 'unknown';
  /** By its ARN, with or without the six characters at its end, or by its name. */
  const find = (id: unknown) => secrets.find(({ arn, name }) => id === arn || id === name || id === arn.slice(0, -7));

  async function ask(operation: string, input: JsonObject): Promise<JsonObject> {
    const headers = { 'content-type': JSON_1_1, 'x-amz-target': `secretsmanager.${operation}`, authorization };
    const answer = await upstream.send('/', headers, JSON.stringify(input));
    const output = JSON.parse(answer.body.toString() || '{}') as JsonObject;
    if (answer.status !== 200) {
      throw new Refusal(String(output.__type).replace(/^.*#/, ''), String(output.message ?? output.Message), answer.status);
    }
    return output;
  }

  /** Of the version that is read, or of the one that is written where the caller names it; part of what the value is encrypted with. */
  async function versionOf({ name }: Secret, operation: string, input: JsonObject): Promise<string | undefined> {
    if (operation !== 'GetSecretValue') return text(input.ClientRequestToken);
    if (input.VersionId !== undefined) return text(input.VersionId);
    const { VersionIdsToStages = {} } = await ask('DescribeSecret', { SecretId: name });
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

  return {
    name: 'secretsmanager',
    operation: operationOf,
    async checks(request) {
      const operation = operationOf(request);
      const action = `secretsmanager:${operation}`;
      if (OF_ALL.includes(operation)) return [{ action, resource: '*', context: {} }];
      const input = inputOf(request);
      const secret = find(input.SecretId);
      // Who asks for a secret that is not there is told so only if he may ask for it.
      if (secret === undefined) return [{ action, resource: text(input.SecretId) ?? '*', context: {} }];
      return [{ action, resource: secret.arn, context: contextOf(secret, input) }, ...(await keyChecks(secret, operation, input))];
    },
    error,
    refusal: (request, { check, message }: Denial) =>
      error(request, 'AccessDeniedException', check.action.startsWith('kms:') ? 'Access to KMS is not allowed' : message, 400),
    async handle(request) {
      const operation = operationOf(request);
      const input = inputOf(request);
      if (OF_ALL.includes(operation)) return reply(named(await ask(operation, input)));
      if (OPERATIONS[operation] === undefined) {
        throw new Refusal('InvalidRequestException', `The sandbox does not understand the operation ${operation} of secretsmanager`);
      }
      if (operation === 'UpdateSecret' && input.KmsKeyId !== undefined) {
        throw new Refusal('InvalidRequestException', 'The sandbox does not understand UpdateSecret with KmsKeyId');
      }
      const secret = find(input.SecretId);
      if (secret === undefined) {
        throw new Refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      const output = await ask(operation, { ...input, SecretId: secret.name });
      if (operation === 'GetSecretValue' && output.SecretString === undefined && output.SecretBinary === undefined) {
        const stage = text(input.VersionStage) ?? 'AWSCURRENT';
        throw new Refusal('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for staging label: ${stage}`);
      }
      return reply({ ...output, ARN: secret.arn });
    },
    close: () => upstream.close(),
  };

  /** A list under the ARNs that the assembly says: the engine made up its own. */
  function named(output: JsonObject): JsonObject {
    if (!Array.isArray(output.SecretList)) return output;
    const listed = (output.SecretList as JsonObject[]).flatMap((entry) => {
      const secret = find(entry.Name);
      return secret === undefined ? [] : [{ ...entry, ARN: secret.arn }];
    });
    return { ...output, SecretList: listed };
  }
}

/** Documented: "Actions, resources, and condition keys for AWS Secrets Manager". What the request leaves out has no key. */
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

function inputOf({ body }: DoorRequest): JsonObject {
  try {
    return JSON.parse(body.toString() || '{}') as JsonObject;
  } catch {
    throw new Refusal('SerializationException', 'The body is no JSON');
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Without the hyphen and the six characters that Secrets Manager adds. */
function nameOf(arn: string): string {
  return arn.split(':').slice(6).join(':').slice(0, -7);
}

function reply(body: JsonObject): DoorReply {
  return { status: 200, headers: { 'content-type': JSON_1_1 }, body: JSON.stringify(body) };
}

function error(_request: DoorRequest, code: string, message: string, status: number): DoorReply {
  return { status, headers: { 'content-type': JSON_1_1 }, body: JSON.stringify({ __type: code, Message: message }), error: code };
}
