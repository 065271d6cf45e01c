import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** A secret that is read once; a reading that failed is not kept. */
export function createSecret(read: () => Promise<string | undefined>): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => {
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
