import { createSecureContext, type SecureContext } from 'node:tls';
import { generate } from 'selfsigned';

interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** Issues certificates of one run. Clients of the run trust it beside the public authorities. */
export interface CertificateAuthority {
  /** As PEM. */
  readonly certificate: string;
  contextFor(names: readonly string[]): Promise<SecureContext>;
}

export async function createAuthority(name: string): Promise<CertificateAuthority> {
  const root = await issue(name, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  return {
    certificate: root.cert,
    async contextFor(names) {
      const { key, cert } = await issue(names[0], [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) }], root);
      return createSecureContext({ key, cert });
    },
  };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

async function issue(name: string, extensions: Extensions, ca?: Pair): Promise<Pair> {
  // A common name has at most 64 characters; clients read the alternative names.
  const subject = [{ name: 'commonName', value: name.slice(0, 64) }];
  const { private: key, cert } = await generate(subject, { keyType: 'ec', algorithm: 'sha256', extensions, ca });
  return { key, cert };
}
