import type { Json, JsonObject, Resource } from '../../contracts';
import { asObject } from '../../protocol/json';

/** What GetRandomPassword takes. */
export interface PasswordOptions {
  readonly [name: string]: boolean | number | string;
}

/** How a secret gets its value: `given`, or a password, alone or under a key of a template; none of it for a secret without a value. */
export interface SecretValue {
  readonly given?: string;
  readonly password?: PasswordOptions;
  readonly template?: JsonObject;
  readonly key?: string;
}

/** Documented: `AWS::SecretsManager::Secret GenerateSecretString`. */
export function secretValue({ SecretString, GenerateSecretString }: JsonObject): SecretValue {
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

/** A template may write flags as text. */
function flag(value: Json): boolean | number | string {
  return value === 'true' || value === 'false' ? value === 'true' : (value as boolean | number | string);
}

/** What Secrets Manager would reject in a secret. */
export function secretProblems({ id, type }: Resource, properties: JsonObject): string[] {
  const { SecretString, GenerateSecretString } = properties;
  const options = asObject(GenerateSecretString) ?? {};
  const problem = (property: string, what: string) => `${type}.${property} ${what} (${id})`;
  const length = Number(options.PasswordLength ?? 32);
  return [
    ...(SecretString !== undefined && GenerateSecretString !== undefined
      ? [problem('SecretString', 'cannot stand beside GenerateSecretString')]
      : []),
    ...((options.GenerateStringKey === undefined) !== (options.SecretStringTemplate === undefined)
      ? [problem('GenerateSecretString', 'has SecretStringTemplate and GenerateStringKey, or neither')]
      : []),
    ...(options.SecretStringTemplate !== undefined && asObject(options.SecretStringTemplate) === undefined
      ? [problem('GenerateSecretString.SecretStringTemplate', 'is no JSON object')]
      : []),
    ...(Number.isInteger(length) && length >= 1 && length <= 4096
      ? []
      : [problem('GenerateSecretString.PasswordLength', 'is not a whole number from 1 to 4096')]),
  ];
}
