import { generate } from 'selfsigned';
import { propertiesOf } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { textsOf } from './conditions';
import { matchesWildcard } from './wildcard';

interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** Certificates of one run, signed by an authority of the run. They have the names of the template's certificates. */
export interface Certificates {
  /** As PEM, for clients. */
  authority(): Promise<string>;
  /** The names of a certificate; undefined if it is not in the assembly: then it is assumed to have the name that a client asks for. */
  namesOf(arn: string): readonly string[] | undefined;
  /** Which of a listener's certificates a client gets for a name. Documented: the default one if none has the name. */
  arnFor(arns: readonly string[], serverName: string | undefined): string;
  /** The certificate itself, with its key. */
  choose(arns: readonly string[], serverName: string | undefined): Promise<Pair>;
}

export function createCertificates(assembly: Assembly): Certificates {
  let root: Promise<Pair> | undefined;
  const authority = (): Promise<Pair> => {
    root ??= issue('Sandbox load balancers', [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ]);
    return root;
  };
  const issued = new Map<string, Promise<Pair>>();
  const pairOf = (names: readonly string[]): Promise<Pair> => {
    const key = names.join(' ');
    const known = issued.get(key) ?? authority().then((signer) => certificateFor(names, signer));
    issued.set(key, known);
    return known;
  };
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
    authority: async () => (await authority()).cert,
    namesOf,
    arnFor,
    choose: (arns, serverName) => pairOf(namesOf(arnFor(arns, serverName)) ?? [serverName ?? 'localhost']),
  };
}

/** A wildcard stands for one label. */
function covers(name: string, serverName: string): boolean {
  const [pattern, text] = [name.toLowerCase(), serverName.toLowerCase()];
  return matchesWildcard(pattern, text) && pattern.split('.').length === text.split('.').length;
}

function certificateFor(names: readonly string[], signer: Pair): Promise<Pair> {
  return issue(names[0], [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) }], signer);
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

async function issue(name: string, extensions: Extensions, ca?: Pair): Promise<Pair> {
  // A common name has at most 64 characters; clients read the alternative names.
  const subject = [{ name: 'commonName', value: name.slice(0, 64) }];
  const { private: key, cert } = await generate(subject, { keyType: 'ec', algorithm: 'sha256', extensions, ca });
  return { key, cert };
}
