import { readEach } from '../../assembly/properties';
import type { Json, JsonObject } from '../../contracts';
import { createEach } from '../../engines/provision';
import { type JsonEngine, jsonEngine } from '../../protocol/aws-json';
import type { ProvisionContext } from '../../service-module';
import { readSecret, SECRET, type SecretValue } from './secret';
import { PROTOCOL } from './service';

/** Creates the secrets, with the value of the template, a generated value, or none. */
export async function provisionSecrets({ assembly, engines: { ministack, continued }, reject }: ProvisionContext): Promise<void> {
  if (continued) return;
  const secrets = readEach(assembly, SECRET, readSecret);
  await createEach(secrets, jsonEngine(ministack, 'secretsmanager', PROTOCOL, assembly), reject, async (secret, call) => {
    const { name: Name, description: Description, keyId: KmsKeyId, tags, value } = secret;
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const given = Object.entries({ Name, Description, KmsKeyId, Tags, SecretString: await textOf(value, call) });
    await call('CreateSecret', Object.fromEntries(given.filter(([, one]) => one !== undefined)) as JsonObject);
  });
}

async function textOf({ given, password, template, key }: SecretValue, call: JsonEngine['call']): Promise<Json | undefined> {
  if (password === undefined) return given;
  const { RandomPassword = '' } = await call('GetRandomPassword', password);
  return key === undefined ? RandomPassword : JSON.stringify({ ...template, [key]: RandomPassword });
}
