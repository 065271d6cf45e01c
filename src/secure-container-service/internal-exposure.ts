import type { IConstruct } from 'constructs';
import type { Problems } from '../core/private/problems';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import { checkDomain } from './check-domain';
import type { Entrance, ExposureVariant } from './exposure-variant';
import type { ServiceDomain } from './service-domain';

/** Reached within the VPC only, through APIs and security groups that are named later. */
export class InternalExposure implements ExposureVariant {
  public readonly isReachable = true;
  public readonly isPublic = false;

  constructor(public readonly domain?: ServiceDomain) {}

  public check(scope: IConstruct, problems: Problems): void {
    if (this.domain !== undefined) checkDomain(scope, problems, this.domain);
  }

  public admit(_: IConstruct, { loadBalancer, listener }: Entrance): undefined {
    acknowledge(
      loadBalancer,
      REGULATED,
      'ALBWAFEnabled',
      'The load balancer is internal and admits the security groups that are named only. Requests of the internet pass the web ACL of the API before it.',
    );
    if (this.domain === undefined) acknowledgePlaintext(listener);
  }
}

/** The listener has no certificate. */
export function acknowledgePlaintext(listener: Entrance['listener']): void {
  const reason =
    'Chosen by a name that says so (plaintext). The connection stays within the VPC, between security groups that are named. Give the exposure a domain name and a certificate for TLS.';
  acknowledge(listener, ['NIST.800.53.R5', 'PCI.DSS.321', 'HIPAA.Security'], 'ELBv2ACMCertificateRequired', reason);
  acknowledge(listener, REGULATED, 'ALBHttpToHttpsRedirection', reason);
}
