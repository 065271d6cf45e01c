import { createHmac } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * Derives the value of a tenant's API key, so that key values need not be stored or looked up: 52 characters that cannot be derived without
 * the secret, in lower-case Base32 without padding (RFC 4648).
 */
export function keyValue(secret: string, tenant: string): string {
  const digest = createHmac('sha256', secret).update(tenant).digest();
  let [bits, buffered, text] = [0, 0, ''];
  for (const byte of digest) {
    buffered = ((buffered << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(buffered >> (bits - 5)) & 31];
  }
  return text + ALPHABET[(buffered << (5 - bits)) & 31];
}
