import type { Assembly, Credentials, Endpoint, JsonObject } from '../../../contracts';
import { asObject } from '../../../protocol/json';

/** Where the value of a secret comes from. Documented: "Pass sensitive data to an Amazon ECS container". */
export interface SecretPlace {
  readonly service: 'secretsmanager' | 'ssm';
  readonly operation: string;
  readonly input: JsonObject;
  /** The key of a JSON value. */
  readonly key?: string;
}

/** `arn:aws:secretsmanager:…:secret:name-AbCdEf:key:stage:version`, the ARN of a parameter, or the name of one. */
export function placeOf(valueFrom: string): SecretPlace {
  const [arn, , service] = valueFrom.split(':');
  if (arn === 'arn' && service === 'secretsmanager') {
    const [key, stage, version] = valueFrom.split(':').slice(7);
    const input = {
      SecretId: valueFrom.split(':').slice(0, 7).join(':'),
      ...(stage ? { VersionStage: stage } : {}),
      ...(version ? { VersionId: version } : {}),
    };
    return { service, operation: 'secretsmanager.GetSecretValue', input, ...(key ? { key } : {}) };
  }
  const name = arn === 'arn' ? valueFrom.split(':parameter').slice(1).join(':parameter') : valueFrom;
  // The ARN of a parameter without a path has no slash that belongs to the name.
  const plain = arn === 'arn' && name.lastIndexOf('/') === 0 ? name.slice(1) : name;
  return { service: 'ssm', operation: 'AmazonSSM.GetParameters', input: { Names: [plain], WithDecryption: true } };
}

/** Reads a secret as the execution role. @throws with the message of the service */
export async function readSecret(
  valueFrom: string,
  parts: { assembly: Assembly; endpoint: Endpoint; credentials: Credentials },
): Promise<string> {
  const { service, operation, input, key } = placeOf(valueFrom);
  const { status, body } = await parts.endpoint.call({
    ...{ service, method: 'POST', url: '/', region: parts.assembly.region, credentials: parts.credentials },
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': operation },
    body: Buffer.from(JSON.stringify(input)),
  });
  const output = asObject(body.toString()) ?? {};
  if (status !== 200) throw new Error(`${String(output.__type)}: ${String(output.message ?? output.Message)}`);
  const value = service === 'ssm' ? (output.Parameters as JsonObject[])[0]?.Value : output.SecretString;
  if (typeof value !== 'string') throw new Error(`${valueFrom} has no text value`);
  if (key === undefined) return value;
  const member = asObject(value)?.[key];
  if (member === undefined) throw new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  return typeof member === 'string' ? member : JSON.stringify(member);
}
