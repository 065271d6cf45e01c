import { createSign, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

/** Signs messages with a key of this run, which is generated for the first of them. */
export interface Signer {
  /** The path under which the endpoint serves the certificate. */
  readonly path: string;
  /** As PEM. */
  certificate(): Promise<string>;
  /** Documented: "Verifying the signatures of Amazon SNS messages": version 1 is SHA1withRSA, version 2 SHA256withRSA. */
  sign(text: string, version: '1' | '2'): Promise<string>;
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
const LIFETIME_MS = 365 * 86_400_000;

export function createSigner(region: string): Signer {
  let made: ReturnType<typeof createKey> | undefined;
  const own = () => {
    made ??= createKey(region);
    return made;
  };
  return {
    path: `/SimpleNotificationService-${randomBytes(16).toString('hex')}.pem`,
    certificate: async () => (await own()).certificate,
    async sign(text, version) {
      const { key } = await own();
      return createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
        .update(text)
        .sign(key, 'base64');
    },
  };
}

async function createKey(region: string): Promise<{ readonly key: KeyObject; readonly certificate: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=sns.${region}.amazonaws.com`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + LIFETIME_MS),
    signingAlgorithm: ALGORITHM,
    keys,
  });
  return { key: KeyObject.from(keys.privateKey), certificate: certificate.toString('pem') };
}
