import type { JsonObject } from '../contracts';

/** The value of a secret: its text. */
export type ReadSecret = (secretId: string) => Promise<string>;

/** `{{resolve:secretsmanager:<id or ARN>:SecretString:<key>:<stage>:<version>}}`; an ARN has six colons of its own. */
const REFERENCE =
  /\{\{resolve:secretsmanager:((?:arn:[^:{}]{1,20}:secretsmanager:[^:{}]{0,40}:\d{0,12}:secret:)?[^:{}]{1,512})(?::SecretString)?(?::([^:{}]{0,256}))?(?::[^:{}]{0,256}){0,2}\}\}/g;

/**
 * A text of a template with the values of its references to secrets. CloudFormation reads them at the deployment; here they are read when
 * the text is used.
 *
 * @throws if a secret or its key does not exist
 */
export async function withSecretValues(given: string, read: ReadSecret): Promise<string> {
  let text = given;
  for (const [reference, secretId, key = ''] of given.matchAll(REFERENCE)) {
    const secret = await read(secretId);
    const value = key === '' ? secret : (JSON.parse(secret) as JsonObject)[key];
    if (value === undefined) throw new Error(`The secret ${secretId} has no key ${key}`);
    text = text.replace(reference, () => String(value));
  }
  return text;
}
