import type { Assembly, Check, DoorReply, DoorRequest, DoorService, Engine, JsonObject } from '../../contracts';
import { keyArn, keyCheck } from '../policies/keys';
import { Refusal } from '../refusal';
import { createUpstream, scopeOf } from '../upstream';

const TARGET = /^secretsmanager\.(\w+)$/;
const JSON_1_1 = 'application/x-amz-json-1.1';

/** What is asked of the key of a secret, beside the operation itself. Documented: "Secret encryption and decryption in AWS Secrets Manager". */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  GetSecretValue: ['kms:Decrypt'],
  PutSecretValue: ['kms:GenerateDataKey', 'kms:Decrypt'],
  DescribeSecret: [],
};

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly key?: string;
}

/** Secrets Manager in front of MiniStack: secrets of the template, found by ARN or name, and never made or removed by a call. */
export function secretsManagerService(assembly: Assembly, engine: Engine): DoorService & { close(): void } {
  const { account, region } = assembly;
  const upstream = createUpstream(engine.name, engine.url);
  const authorization = scopeOf('secretsmanager', account, region);
  const secrets = assembly.ofType('AWS::SecretsManager::Secret').map((resource): Secret => {
    const arn = assembly.ref(resource);
    return { arn, name: nameOf(arn), key: keyArn(assembly, assembly.properties(resource).KmsKeyId) };
  });
  const operationOf = ({ headers }: DoorRequest) => TARGET.exec(headers['x-amz-target'] ?? '')?.[1] ?? 'unknown';
  const inputOf = ({ body }: DoorRequest) => JSON.parse(body.toString() || '{}') as JsonObject;
  /** By its ARN, with or without the six characters at its end, or by its name. */
  const find = (id: string) => secrets.find(({ arn, name }) => id === arn || id === name || id === arn.slice(0, -7));

  return {
    name: 'secretsmanager',
    operation: operationOf,
    checks(request): Check[] {
      const operation = operationOf(request);
      const id = String(inputOf(request).SecretId ?? '');
      const { arn = id, key } = find(id) ?? {};
      const check = { action: `secretsmanager:${operation}`, resource: arn, context: { 'secretsmanager:SecretId': arn } };
      const via = `secretsmanager.${region}.amazonaws.com`;
      return [
        check,
        ...(key === undefined ? [] : (OPERATIONS[operation] ?? []).map((action) => keyCheck(action, key, via, { SecretARN: arn }))),
      ];
    },
    error,
    async handle(request) {
      const operation = operationOf(request);
      if (OPERATIONS[operation] === undefined) {
        throw new Refusal('InvalidRequestException', `The sandbox does not understand the operation ${operation} of secretsmanager`);
      }
      const input = inputOf(request);
      const secret = find(String(input.SecretId ?? ''));
      if (secret === undefined) {
        throw new Refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      const headers = { 'content-type': JSON_1_1, 'x-amz-target': `secretsmanager.${operation}`, authorization };
      const answer = await upstream.send('/', headers, JSON.stringify({ ...input, SecretId: secret.name }));
      const output = JSON.parse(answer.body.toString() || '{}') as JsonObject;
      if (answer.status !== 200) {
        throw new Refusal(String(output.__type).replace(/^.*#/, ''), String(output.message ?? output.Message), answer.status);
      }
      return reply({ ...output, ARN: secret.arn });
    },
    close: () => upstream.close(),
  };
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
