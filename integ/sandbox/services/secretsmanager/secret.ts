import type { Assembly, Json, JsonObject, Resource } from '../../contracts';
import { asObject, tagsOf } from '../../protocol/json';

export const SECRET = 'AWS::SecretsManager::Secret';

/** A secret of the template, as validation, provisioning and the endpoint use it. */
export interface TemplateSecret {
  readonly resource: Resource;
  readonly arn: string;
  readonly name: string;
  readonly description?: Json;
  /** The key as in the template: an id, an ARN or an alias. */
  readonly keyId?: Json;
  readonly tags: Readonly<Record<string, string>>;
  readonly value: SecretValue;
  /** What Secrets Manager would reject. */
  readonly problems: readonly string[];
}

export function readSecret(assembly: Assembly, resource: Resource): TemplateSecret {
  const properties = assembly.properties(resource);
  const arn = assembly.ref(resource);
  // The ARN has a hyphen and six characters after the name.
  const name = arn.split(':').slice(6).join(':').slice(0, -7);
  const { Description: description, KmsKeyId: keyId, Tags } = properties;
  const problems = problemsOf(resource, properties);
  return { resource, arn, name, description, keyId, tags: tagsOf(Tags), value: generatedOrGiven(properties), problems };
}

/** The value of a secret: `given`, or a password, alone or under a key of a template. All are undefined for a secret without a value. */
export interface SecretValue {
  readonly given?: string;
  /** The input of GetRandomPassword. */
  readonly password?: JsonObject;
  readonly template?: JsonObject;
  readonly key?: string;
}

/** Finds a secret by its ARN, with or without the suffix, or by its name. */
export function findSecret<T extends Pick<TemplateSecret, 'arn' | 'name'>>(secrets: readonly T[], id: unknown): T | undefined {
  return secrets.find(({ arn, name }) => id === arn || id === name || id === arn.slice(0, -7));
}

/** Documented: `AWS::SecretsManager::Secret GenerateSecretString`. */
function generatedOrGiven({ SecretString, GenerateSecretString }: JsonObject): SecretValue {
  if (SecretString !== undefined) return { given: String(SecretString) };
  if (GenerateSecretString === undefined) return {};
  const { SecretStringTemplate, GenerateStringKey, PasswordLength = 32, ...rest } = asObject(GenerateSecretString) ?? {};
  const password = {
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, flag(value)])),
    PasswordLength: Number(PasswordLength),
  };
  return GenerateStringKey === undefined
    ? { password }
    : { password, key: String(GenerateStringKey), template: asObject(SecretStringTemplate) };
}

/** A boolean, which a template may write as text. */
function flag(value: Json): Json {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

function problemsOf({ id, type }: Resource, properties: JsonObject): string[] {
  const { SecretString, GenerateSecretString } = properties;
  const options = asObject(GenerateSecretString) ?? {};
  const problem = (property: string, what: string) => `${type}.${property} ${what} (${id})`;
  const length = Number(options.PasswordLength ?? 32);
  return [
    ...(SecretString !== undefined && GenerateSecretString !== undefined
      ? [problem('SecretString', 'cannot be combined with GenerateSecretString')]
      : []),
    ...((options.GenerateStringKey === undefined) !== (options.SecretStringTemplate === undefined)
      ? [problem('GenerateSecretString', 'must have both SecretStringTemplate and GenerateStringKey, or neither')]
      : []),
    ...(options.SecretStringTemplate !== undefined && asObject(options.SecretStringTemplate) === undefined
      ? [problem('GenerateSecretString.SecretStringTemplate', 'is not a JSON object')]
      : []),
    ...(Number.isInteger(length) && length >= 1 && length <= 4096
      ? []
      : [problem('GenerateSecretString.PasswordLength', 'is not a whole number from 1 to 4096')]),
  ];
}
