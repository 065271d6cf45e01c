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
