import { CreateSecretCommand, GetRandomPasswordCommand, type SecretsManagerClient, type Tag } from '@aws-sdk/client-secrets-manager';
import { ownerOf, secretsManagerClient } from '../../engines/clients';
import { EngineError } from '../../engines/command';
import type { ProvisionContext } from '../../service-module';
import { type SecretValue, secretValue } from './secret-values';

/** Makes the secrets, with the value that the template gives, one that is generated as it says, or none. */
export async function provisionSecrets({ assembly, engines, reject }: ProvisionContext): Promise<void> {
  for (const resource of assembly.ofType('AWS::SecretsManager::Secret')) {
    const arn = assembly.ref(resource);
    const client = secretsManagerClient(engines, ownerOf(arn));
    try {
      const properties = assembly.properties(resource);
      const { Description, KmsKeyId, Tags } = properties as { Description?: string; KmsKeyId?: string; Tags?: Tag[] };
      const SecretString = await textOf(secretValue(properties), client);
      // The service adds a hyphen and six characters to the name.
      const Name = arn.split(':').slice(6).join(':').slice(0, -7);
      await client.send(new CreateSecretCommand({ Name, SecretString, Description, KmsKeyId, Tags }));
    } catch (error) {
      reject(resource, new EngineError(`${resource.id}: ${(error as Error).message}`));
    } finally {
      client.destroy();
    }
  }
}

async function textOf({ given, password, template, key }: SecretValue, client: SecretsManagerClient): Promise<string | undefined> {
  if (password === undefined) return given;
  const { RandomPassword = '' } = await client.send(new GetRandomPasswordCommand(password));
  return key === undefined ? RandomPassword : JSON.stringify({ ...template, [key]: RandomPassword });
}
