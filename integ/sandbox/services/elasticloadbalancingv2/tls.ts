import type { Properties } from '../../assembly/properties';
import type { Listener, TlsVersion } from './definition';

const DEFAULT_POLICY = 'ELBSecurityPolicy-2016-08';

/** Protocol versions by the name of the policy, the first match counts. Documented: "Security policies for your Application Load Balancer". */
const POLICIES: readonly (readonly [pattern: RegExp, minVersion: TlsVersion, maxVersion: TlsVersion])[] = [
  [/^ELBSecurityPolicy-TLS13-1-3-/, 'TLSv1.3', 'TLSv1.3'],
  [/^ELBSecurityPolicy-TLS13-1-2-/, 'TLSv1.2', 'TLSv1.3'],
  [/^ELBSecurityPolicy-TLS13-1-1-/, 'TLSv1.1', 'TLSv1.3'],
  [/^ELBSecurityPolicy-TLS13-1-0-/, 'TLSv1', 'TLSv1.3'],
  [/^ELBSecurityPolicy-(?:TLS-1-2|FS-1-2)-/, 'TLSv1.2', 'TLSv1.2'],
  [/^ELBSecurityPolicy-(?:TLS-1-1|FS-1-1)-/, 'TLSv1.1', 'TLSv1.2'],
  [/^ELBSecurityPolicy-(?:2016-08$|2015-05$|FS-2018-06$|TLS-1-0-)/, 'TLSv1', 'TLSv1.2'],
];

/** The versions of TLS that an HTTPS listener accepts. Its cipher suites are those of Node.js. */
export function tlsVersionsOf(listener: Properties): Listener['tls'] {
  const policy = listener.text('SslPolicy');
  if (listener.text('Protocol') !== 'HTTPS') {
    if (policy !== undefined) throw listener.invalid('SslPolicy', 'is for HTTPS listeners');
    return undefined;
  }
  const known = POLICIES.find(([pattern]) => pattern.test(policy ?? DEFAULT_POLICY));
  if (!known) throw listener.invalid('SslPolicy', `${policy} is not supported`);
  const [, minVersion, maxVersion] = known;
  return { minVersion, maxVersion };
}
