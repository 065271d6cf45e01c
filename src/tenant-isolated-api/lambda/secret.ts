import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * A secret that is read once; a reading that failed is not kept. Who waits for a reading that was begun before gets a second one where that fails: the
 * first may have been lost, because an environment is frozen between its start and its first request.
 */
export function createSecret(read: () => Promise<string | undefined>): () => Promise<string> {
  let known: Promise<string> | undefined;
  const ask = () => {
    known ??= read()
      .then((value) => {
        if (value === undefined || value === '') throw new Error('the secret is empty');
        return value;
      })
      .catch((error) => {
        known = undefined;
        throw error;
      });
    return known;
  };
  return () => (known === undefined ? ask() : known.catch(ask));
}

/**
 * Reads a secret of Secrets Manager.
 *
 * @param milliseconds for all of it, retries included
 */
export function readSecret(client: SecretsManagerClient, SecretId: string, milliseconds: number): () => Promise<string | undefined> {
  return async () => {
    const command = new GetSecretValueCommand({ SecretId });
    return (await client.send(command, { abortSignal: AbortSignal.timeout(milliseconds) })).SecretString;
  };
}
