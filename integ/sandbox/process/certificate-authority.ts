import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface CertificatePair {
  readonly key: string;
  readonly cert: string;
}

/** Issues certificates of one run. Clients of the run trust it beside the public authorities. */
export interface CertificateAuthority {
  /** As PEM. */
  readonly certificate: string;
  /** A certificate with these names, and its key, as PEM. */
  issue(names: readonly string[]): Promise<CertificatePair>;
  contextFor(names: readonly string[]): Promise<SecureContext>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const LIFETIME_MS = 365 * 86_400_000;

export async function createAuthority(name: string): Promise<CertificateAuthority> {
  const keys = await newKeys();
  const usages = new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true);
  const root = await certificate(name, keys, { name, keys }, [new BasicConstraintsExtension(true, undefined, true), usages]);
  const issue = async (names: readonly string[]): Promise<CertificatePair> => {
    const own = await newKeys();
    const alternatives = new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })));
    const cert = await certificate(names[0], own, { name, keys }, [alternatives]);
    return { key: String(KeyObject.from(own.privateKey).export({ type: 'pkcs8', format: 'pem' })), cert };
  };
  return { certificate: root, issue, contextFor: async (names) => createSecureContext(await issue(names)) };
}

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

/** As PEM. The identifiers of both keys are required by clients that verify strictly, as Python does since 3.13. */
async function certificate(
  name: string,
  { publicKey }: webcrypto.CryptoKeyPair,
  issuer: { readonly name: string; readonly keys: webcrypto.CryptoKeyPair },
  extensions: readonly Extension[],
): Promise<string> {
  const created = await X509CertificateGenerator.create({
    serialNumber: `00${randomBytes(9).toString('hex')}`,
    subject: nameOf(name),
    issuer: nameOf(issuer.name),
    notBefore: new Date(),
    notAfter: new Date(Date.now() + LIFETIME_MS),
    ...{ publicKey, signingKey: issuer.keys.privateKey, signingAlgorithm: ALGORITHM },
    extensions: [
      ...extensions,
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
  return created.toString('pem');
}

/** A common name has at most 64 characters; clients read the alternative names. */
const nameOf = (name: string) => [{ CN: [name.slice(0, 64)] }];
