import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';

/** The name that clients of a load balancer ask for, with the certificate that proves it. */
export interface ServiceDomain {
  /**
   * The name that clients send in the TLS handshake, in lower-case letters: `grades.schools.example`. For `Exposure.internal` it needs no
   * DNS record: API Gateway reaches the load balancer by its ARN.
   */
  readonly domainName: string;
  /** A certificate that covers the name, in the service's Region. */
  readonly certificate: ICertificate;
}

/** A public load balancer with its own name. */
export interface InternetDomain extends ServiceDomain {
  /**
   * ARN of the regional web ACL that protects the load balancer. Without one, rule packs report it.
   *
   * @default - no web ACL
   */
  readonly webAclArn?: string;
}
