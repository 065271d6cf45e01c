import { propertiesOf } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { type CertificateAuthority, type CertificatePair, createAuthority } from '../../process/certificate-authority';
import { matchesWildcard } from '../../protocol/wildcard';
import { textsOf } from './conditions';

/** Certificates of one run, signed by an authority of the run. They have the names of the template's certificates. */
export interface Certificates {
  /** As PEM, for clients. */
  authority(): Promise<string>;
  /** Which of a listener's certificates a client gets for a name. Documented: the default one if none has the name. */
  arnFor(arns: readonly string[], serverName: string | undefined): string;
  /** The certificate itself, with its key. */
  choose(arns: readonly string[], serverName: string | undefined): Promise<CertificatePair>;
}

export function createCertificates(assembly: Assembly): Certificates {
  let created: Promise<CertificateAuthority> | undefined;
  const authority = (): Promise<CertificateAuthority> => {
    created ??= createAuthority('Sandbox load balancers');
    return created;
  };
  const issued = new Map<string, Promise<CertificatePair>>();
  const pairOf = (names: readonly string[]): Promise<CertificatePair> => {
    const key = names.join(' ');
    const known = issued.get(key) ?? authority().then((signer) => signer.issue(names));
    issued.set(key, known);
    return known;
  };
  /** Undefined for a certificate that is not in the assembly: it is assumed to have the name that a client asks for. */
  const namesOf = (arn: string): readonly string[] | undefined => {
    const resource = assembly.ofType('AWS::CertificateManager::Certificate').find((one) => assembly.ref(one) === arn);
    const certificate = resource && propertiesOf(assembly, resource);
    return certificate && [certificate.required('DomainName'), ...textsOf(certificate, 'SubjectAlternativeNames')];
  };
  const arnFor = (arns: readonly string[], serverName: string | undefined): string => {
    const named = serverName === undefined ? undefined : arns.find((arn) => namesOf(arn)?.some((name) => covers(name, serverName)));
    return named ?? arns.find((arn) => namesOf(arn) === undefined) ?? arns[0];
  };
  return {
    authority: async () => (await authority()).certificate,
    arnFor,
    choose: (arns, serverName) => pairOf(namesOf(arnFor(arns, serverName)) ?? [serverName ?? 'localhost']),
  };
}

/** A wildcard stands for one label. */
function covers(name: string, serverName: string): boolean {
  const [pattern, text] = [name.toLowerCase(), serverName.toLowerCase()];
  return matchesWildcard(pattern, text) && pattern.split('.').length === text.split('.').length;
}
