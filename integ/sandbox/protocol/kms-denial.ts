import { randomUUID } from 'node:crypto';
import type { Denial } from '../contracts';

/** The message of a service for a denied permission. Observed for Parameter Store and SNS: about a key, it contains that of KMS. */
export function kmsDenial({ check: { action }, message }: Denial): string {
  if (!action.startsWith('kms:')) return message;
  const words =
    action === 'kms:Decrypt'
      ? 'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.'
      : message;
  return kmsException(words);
}

/** @param words `null`, as services report what KMS denies to them */
export function kmsException(words: string): string {
  return `${words} (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: ${randomUUID()}; Proxy: null)`;
}
