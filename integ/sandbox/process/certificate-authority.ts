import { createSecureContext, type SecureContext } from 'node:tls';
import { generate } from 'selfsigned';

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

export async function createAuthority(name: string): Promise<CertificateAuthority> {
  const root = await issue(name, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  const signed = (names: readonly string[]): Promise<CertificatePair> =>
    issue(names[0], [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) }], root);
  return {
    certificate: root.cert,
    issue: signed,
    contextFor: async (names) => createSecureContext(await signed(names)),
  };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

async function issue(name: string, extensions: Extensions, ca?: CertificatePair): Promise<CertificatePair> {
  // A common name has at most 64 characters; clients read the alternative names.
  const subject = [{ name: 'commonName', value: name.slice(0, 64) }];
  const { private: key, cert } = await generate(subject, { keyType: 'ec', algorithm: 'sha256', extensions, ca });
  return { key, cert };
}
