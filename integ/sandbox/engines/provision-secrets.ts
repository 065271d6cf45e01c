import { CreateSecretCommand, GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import type { Assembly, Engines, JsonObject, Resource } from '../contracts';
import { ownerOf, secretsManagerClient } from './clients';
import { EngineError } from './command';
import { asObject } from './queue-values';

/** Makes the secrets, with the value that the template gives or one that is generated as it says. */
export async function provisionSecrets(assembly: Assembly, engines: Engines): Promise<void> {
  for (const resource of assembly.ofType('AWS::SecretsManager::Secret')) {
    const arn = assembly.ref(resource);
    const client = secretsManagerClient(engines, ownerOf(arn));
    try {
      const SecretString = await secretValue(resource, assembly.properties(resource), (options) =>
        client.send(new GetRandomPasswordCommand(options)).then(({ RandomPassword = '' }) => RandomPassword),
      );
      // The service adds a hyphen and six characters to the name.
      await client.send(new CreateSecretCommand({ Name: arn.split(':').slice(6).join(':').slice(0, -7), SecretString }));
    } catch (error) {
      throw new EngineError(`${resource.id}: ${(error as Error).message}`);
    } finally {
      client.destroy();
    }
  }
}

async function secretValue(
  resource: Resource,
  { SecretString, GenerateSecretString }: JsonObject,
  generate: (options: object) => Promise<string>,
): Promise<string> {
  if (SecretString !== undefined) {
    if (GenerateSecretString !== undefined) {
      throw new EngineError('AWS::SecretsManager::Secret has SecretString or GenerateSecretString, not both');
    }
    return String(SecretString);
  }
  const options = asObject(GenerateSecretString) ?? {};
  const { SecretStringTemplate, GenerateStringKey, PasswordLength, ...rest } = options;
  const password = await generate({ ...rest, PasswordLength: Number(PasswordLength ?? 32) });
  if (GenerateStringKey === undefined) {
    return password;
  }
  const template = asObject(SecretStringTemplate);
  if (template === undefined) {
    throw new EngineError(`AWS::SecretsManager::Secret.GenerateSecretString.SecretStringTemplate is no JSON object (${resource.id})`);
  }
  return JSON.stringify({ ...template, [String(GenerateStringKey)]: password });
}
