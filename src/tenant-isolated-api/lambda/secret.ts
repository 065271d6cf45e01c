import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * Caches a secret after the first successful read. If a caller waits for a read that an earlier caller started and that read fails, it is
 * repeated once: a read that starts during initialization can fail because the execution environment is frozen until its first request.
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
 * @param milliseconds timeout, including retries
 */
export function readSecret(client: SecretsManagerClient, SecretId: string, milliseconds: number): () => Promise<string | undefined> {
  return async () => {
    const command = new GetSecretValueCommand({ SecretId });
    return (await client.send(command, { abortSignal: AbortSignal.timeout(milliseconds) })).SecretString;
  };
}
