import { CloudFrontExposure } from './cloud-front-exposure';
import { EndpointExposure } from './endpoint-exposure';
import type { ExposureVariant } from './exposure-variant';
import { InternalExposure } from './internal-exposure';
import { InternetExposure } from './internet-exposure';
import { NoExposure } from './no-exposure';
import type { InternetDomain, ServiceDomain } from './service-domain';

/** Who can reach a container service. */
export class Exposure {
  /**
   * An internal load balancer with TLS: reached through `api.addRoute`, and by what `loadBalancer.connections` names. Tasks get plain HTTP
   * from the load balancer.
   *
   * @param domain name and certificate of the listener. API Gateway checks that the certificate covers the name.
   */
  public static internal(domain: ServiceDomain): Exposure {
    return new Exposure(new InternalExposure(domain));
  }

  /**
   * An internal load balancer without TLS: requests, with the tokens and personal data in them, cross the VPC in plain text. For a first
   * version and for tests; it needs neither a domain name nor a certificate.
   */
  public static internalPlaintext(): Exposure {
    return new Exposure(new InternalExposure());
  }

  /**
   * An internal load balancer as the VPC origin of CloudFront distributions: only the security group of CloudFront's VPC origins can
   * connect. Use `service.vpcOrigin` as the origin of a distribution.
   *
   * @param domain name and certificate of the listener; without them, CloudFront reaches the load balancer in plain text, within the VPC
   */
  public static behindCloudFront(domain?: ServiceDomain): Exposure {
    return new Exposure(new CloudFrontExposure(domain));
  }

  /**
   * A public load balancer with TLS, which redirects HTTP. Anyone can call the service: it must verify tokens itself.
   *
   * @param domain name, certificate and web ACL
   */
  public static internet(domain: InternetDomain): Exposure {
    return new Exposure(new InternetExposure(domain));
  }

  /** No load balancer: a worker, which takes its work from a queue or a stream. Nothing can connect to it. */
  public static none(): Exposure {
    return new Exposure(new NoExposure());
  }

  /**
   * The public endpoint of App Runner, with its own name and certificate; only with `Compute.appRunner`. Anyone can call it, also without the
   * API: the code must verify tokens itself, and must not trust the headers that an API sets.
   */
  public static appRunnerEndpoint(): Exposure {
    return new Exposure(new EndpointExposure());
  }

  private constructor(
    /** @internal */
    public readonly _exposure: ExposureVariant,
  ) {}
}
