import { createHash, createSign, KeyObject, webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

/** Signs messages with a key of this run. */
export interface Signer {
  /** The certificate, as PEM, and the path under which the endpoint serves it. */
  readonly certificate: string;
  readonly path: string;
  /** Documented: "Verifying the signatures of Amazon SNS messages": version 1 is SHA1withRSA, version 2 SHA256withRSA. */
  sign(text: string, version: '1' | '2'): string;
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
const LIFETIME_MS = 365 * 86_400_000;

export async function createSigner(region: string): Promise<Signer> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const created = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=sns.${region}.amazonaws.com`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + LIFETIME_MS),
    signingAlgorithm: ALGORITHM,
    keys,
  });
  const certificate = created.toString('pem');
  const key = KeyObject.from(keys.privateKey);
  return {
    certificate,
    path: `/SimpleNotificationService-${createHash('sha256').update(certificate).digest('hex').slice(0, 32)}.pem`,
    sign: (text, version) =>
      createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
        .update(text)
        .sign(key, 'base64'),
  };
}
